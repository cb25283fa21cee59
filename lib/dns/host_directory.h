#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "dns/mail_hosts.h"
#include "dns/resolver.h"

namespace hagaki::dns {

/// Whether hosts have addresses: each is asked about once, however many domains name it. Memory is
/// bounded: beyond `most` hosts those that are known are forgotten.
class HostDirectory {
 public:
  enum class State {
    There,    ///< it has an A or an AAAA record
    Missing,  ///< it has neither (NODATA, NXDOMAIN)
    Unknown,  ///< not known now: silence, or a server that fails or refuses
  };
  struct Host {
    State state = State::Unknown;
    std::uint32_t negative_ttl = 0;  ///< of Missing, seconds; 0 = unknown
    std::string detail;              ///< of Unknown, for people
  };
  using Done = std::function<void(const Host&)>;

  /// `resolver` must outlive it.
  explicit HostDirectory(Resolver& resolver, std::size_t most = 200'000)
      : resolver_(resolver), most_(most) {}

  /// Asks for A, and for AAAA only where there is none. `done` is called exactly once; from inside
  /// where the host is known. The directory must live until then.
  void find(const std::string& host, Done done);
  /// Whether it is known that `host` has an address.
  [[nodiscard]] bool has(const std::string& host) const;

 private:
  struct Entry {
    Host host;
    bool known = false;
    std::vector<Done> waiting;
  };
  void know(const std::string& name, const Host& host);

  Resolver& resolver_;
  std::size_t most_;
  std::unordered_map<std::string, Entry> hosts_;
};

/// Looks whether any of the hosts that `found` (of status Ok) names exists, the best one first, and
/// calls `done` once, perhaps from inside: with `found` as it is when one does; as Retry when none
/// does and one is not known now; else as NoMailHost, with the hosts kept. Any other status goes
/// through. `directory` must live until then.
void check_mail_hosts(HostDirectory& directory, MailHosts found, MailHostsDone done);

}  // namespace hagaki::dns
