#pragma once

#include <functional>
#include <string>
#include <vector>

#include "dns/ip.h"
#include "dns/resolver.h"

namespace hagaki::dns {

/// The addresses of a host.
struct HostAddresses {
  /// Ok with at least one address; else the status that decides: a failure that may pass
  /// (Refused, ServFail, Timeout, Malformed, Local) before NoData, NxDomain only if both say so.
  Status status = Status::Local;
  /// IPv6 and IPv4 by turns, IPv6 first, each in the answer's order.
  std::vector<IpAddress> addresses;
  std::uint32_t ttl = 0;           ///< the shortest, seconds
  std::uint32_t negative_ttl = 0;  ///< of NoData and NxDomain: the shorter, seconds; 0 = unknown
  /// The resolver vouches for them by DNSSEC (AD bit), and for what it says there is none of.
  bool authenticated = false;
  std::string owner;  ///< the name that has them: the host's own, or the end of its CNAME chain
  std::string detail;
};

using HostAddressesDone = std::function<void(const HostAddresses&)>;

/// True when asking again later may bring another answer.
bool is_temporary(Status status);

/// Why a question came to no answer, for people: `detail`, else the status by name.
std::string explain(Status status, const std::string& detail);

/// Asks for A and AAAA of `host` at once. An IP address or address literal is its own answer; what
/// is no host's name (check_name()) is Status::Local.
/// `resolver` must live until `done`, which is called exactly once, never from inside.
void find_addresses(Resolver& resolver, const std::string& host, HostAddressesDone done);

using Answers = std::function<void(const std::vector<Answer>&)>;

/// Asks about all `names` at once; their answers come in the same order. `resolver` must live until
/// `done`, which is called exactly once; from inside where there are no names.
void query_each(Resolver& resolver, const std::vector<std::string>& names, Type type, Answers done);

}  // namespace hagaki::dns
