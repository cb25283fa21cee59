#pragma once

#include <functional>
#include <string>
#include <vector>

#include "dns/ip.h"
#include "dns/resolver.h"

namespace hagaki::dns {

/// The names of an address, and which of them lead back to it (forward-confirmed reverse DNS).
struct ReverseNames {
  enum class Standing {
    Confirmed,  ///< a name leads back
    Mismatch,   ///< there are names, and none does
    Missing,    ///< the address has no name
    Unknown,    ///< DNS failed before that was known; `detail` says how
  };
  Standing standing = Standing::Unknown;
  std::vector<std::string> names;      ///< those looked at, ten at most, in the answer's order
  std::vector<std::string> confirmed;  ///< those of them that lead back
  std::string detail;                  ///< for people; of Unknown
};

using ReverseNamesDone = std::function<void(const ReverseNames&)>;

/// Asks for the PTR records of `ip`, and for the addresses of what they name. `resolver` must live
/// until `done`, which is called exactly once, never from inside.
void find_reverse_names(Resolver& resolver, const IpAddress& ip, ReverseNamesDone done);

}  // namespace hagaki::dns
