#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "address/domain.h"
#include "delivery/pace_gate.h"
#include "delivery/sources.h"
#include "delivery/throttle.h"
#include "harvest/providers.h"
#include "rules/receiver_watch.h"
#include "rules/watched.h"
#include "store/spool.h"

namespace hagaki::delivery {

struct Fleet;
struct Lane;
struct Relay;

/// Recipients whose mail one receiver takes, and whom one table of the limits holds for: they share
/// these limits, and take turns with other groups. What the receiver answers concerns all of them:
/// that stands in the group of those without a table of their own. A relay is the receiver of all
/// who are mailed through it, besides their own. Where addresses of ours to send from are named,
/// all this is so for each of them: a receiver may take mail from one and refuse the other.
struct Group {
  Group(std::string id, std::shared_ptr<Throttle> limits, std::shared_ptr<Group> whose = nullptr)
      : name(std::move(id)),
        throttle(std::move(limits)),
        receiver(std::move(whose)),
        pace_gate(throttle ? throttle->rates() : std::vector<rules::Rate>()) {}

  /// A provider's id, a domain or a relay's name (rules::watched_name()), or what the table is of.
  std::string name;
  std::shared_ptr<Throttle> throttle;
  std::shared_ptr<Group> receiver;  ///< where its answers stand; null: here
  bool held = false;                ///< by what was answered (Watches), as `pace` and `quiet_until`
  bool blocked = false;             ///< held because we are refused, not for what we send
  rules::Pace pace;
  PaceGate pace_gate;  ///< the receiver's pace at the rates of this group
  /// Nobody is tried before, not even who has a place in its limits.
  std::chrono::milliseconds quiet_until{};
  const Source* waits_for = nullptr;  ///< the full address of ours that all of it wait for
  bool met = false;                   ///< asked about in this run
  std::size_t in_memory = 0;          ///< its items
  store::Spool::Queue backlog;        ///< those for whom there was no room in memory
  int sessions = 0;                   ///< to its servers
  bool of_relay = false;              ///< a relay's own
  std::vector<Lane*> ways;            ///< relays, where it is of who waits for one of them
  const Fleet* fleet = nullptr;       ///< whose weights say which comes first; null: in their order
  bool by_relay = false;              ///< through relays: no receiver's answers stand here

  [[nodiscard]] bool is_held() const { return held || (receiver && receiver->held); }
  /// When its receiver may be tried again, as far as its answers say.
  [[nodiscard]] std::chrono::milliseconds rests_until() const {
    return receiver ? std::max(quiet_until, receiver->quiet_until) : quiet_until;
  }
  /// When one of it may go: not before.
  [[nodiscard]] std::chrono::milliseconds opens() const {
    const Source* const full = receiver ? receiver->waits_for : waits_for;
    const auto otherwise = std::max({rests_until(), throttle->opens(), pace_gate.opens()});
    return full ? std::max(otherwise, full->full_until) : otherwise;
  }
  [[nodiscard]] bool is_shut(std::chrono::milliseconds now) const { return now < opens(); }
};

/// Knows the groups.
class Groups {
 public:
  explicit Groups(Throttles& throttles);

  /// The group of who is mailed through a relay: `provider` where the recipient's record names one,
  /// else by the domain. None of a receiver: what that answers us it does not answer a relay.
  std::shared_ptr<Group> of_domain(const Domain& domain, const std::string& provider);
  /// The receiver that an MX host belongs to: the group of all whose mail it takes and who have no
  /// other table than that, and are mailed from `source` (Source::ip).
  std::shared_ptr<Group> of_host(const std::string& host, std::string_view source = {});
  /// The group of who is mailed directly at `domain` (A-label form), whose mail hosts are `hosts`
  /// and of whom `receiver` has the best.
  std::shared_ptr<Group> of_recipient(const std::shared_ptr<Group>& receiver,
                                      const std::vector<dns::MailHost>& hosts,
                                      const std::string& domain);
  /// The group of those of `receiver` whose limits are these.
  std::shared_ptr<Group> sharing(const std::shared_ptr<Group>& receiver,
                                 std::shared_ptr<Throttle> throttle);
  /// What limits the sessions to an MX host of `receiver`.
  std::shared_ptr<Throttle> limits_of_host(const Group& receiver, const std::string& host);
  /// Who takes the mail of a domain: harvest::Providers::find().
  [[nodiscard]] std::string_view provider_of(const std::vector<dns::MailHost>& hosts,
                                             std::string_view domain) const {
    return providers_.find(hosts, domain);
  }
  /// A relay's own, which is not among all().
  std::shared_ptr<Group> of_relay(const Relay& relay, std::string_view source = {});

  /// All groups that exist; receivers by their names.
  [[nodiscard]] const std::unordered_map<std::string, std::shared_ptr<Group>>& all() const {
    return groups_;
  }
  /// Forgets groups that nobody is in and that have nothing to remember.
  void tidy(std::chrono::milliseconds now);

 private:
  std::shared_ptr<Group> receiver(const std::string& name, std::string_view provider,
                                  std::string_view source);

  Throttles& throttles_;
  harvest::Providers providers_;
  std::unordered_map<std::string, std::shared_ptr<Group>> groups_;
};

}  // namespace hagaki::delivery
