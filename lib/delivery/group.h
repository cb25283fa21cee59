#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "address/domain.h"
#include "delivery/throttle.h"
#include "harvest/providers.h"
#include "store/spool.h"

namespace hagaki::delivery {

/// All recipients whose mail one receiver takes: they share its limits and its moods. A relay is
/// the receiver of all who are mailed through it, besides their own.
struct Group {
  Group(std::string id, std::shared_ptr<Throttle> limits)
      : name(std::move(id)), throttle(std::move(limits)) {}

  std::string name;  ///< a provider's id, a domain, or a relay's name
  std::shared_ptr<Throttle> throttle;
  bool held = false;  ///< by what was answered (Watches), as most_sessions
  int most_sessions = std::numeric_limits<int>::max();
  /// Nobody of it is tried before.
  std::chrono::milliseconds shut_until{};
  /// The same because of what was answered: not even who has a place in its limits.
  std::chrono::milliseconds quiet_until{};
  bool met = false;             ///< asked about in this run
  std::size_t in_memory = 0;    ///< its items
  store::Spool::Queue backlog;  ///< those for whom there was no room in memory
  int sessions = 0;             ///< to its servers

  [[nodiscard]] bool is_shut(std::chrono::milliseconds now) const { return now < shut_until; }
};

/// Knows the groups.
class Groups {
 public:
  explicit Groups(Throttles& throttles);

  /// The group of who is mailed through a relay: `provider` where the recipient's record names one,
  /// else by the domain.
  std::shared_ptr<Group> of_domain(const Domain& domain, const std::string& provider);
  /// The group of an MX host.
  std::shared_ptr<Group> of_host(const std::string& host);
  /// A relay's own, which is not among all().
  std::shared_ptr<Group> of_relay(const std::string& name);

  /// All groups that exist, by name.
  [[nodiscard]] const std::unordered_map<std::string, std::shared_ptr<Group>>& all() const {
    return groups_;
  }
  /// Forgets groups that nobody is in and that have nothing to remember.
  void tidy(std::chrono::milliseconds now);

 private:
  std::shared_ptr<Group> group(std::string_view provider, const std::vector<dns::MailHost>& hosts,
                               const std::string& domain);

  Throttles& throttles_;
  harvest::Providers providers_;
  std::unordered_map<std::string, std::shared_ptr<Group>> groups_;
};

}  // namespace hagaki::delivery
