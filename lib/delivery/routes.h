#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "delivery/group.h"
#include "delivery/lane.h"
#include "delivery/policy_finder.h"
#include "dns/mail_hosts.h"
#include "dns/resolver.h"

namespace hagaki::delivery {

/// Where a recipient's mail may go: lanes, best first, from the first of our addresses. None where
/// `error`, `forbidden` or else `hosts` says why.
struct Route {
  std::vector<std::shared_ptr<Lane>> lanes;
  std::shared_ptr<Group> group;  ///< of who is mailed directly
  dns::MailHosts hosts;
  std::string forbidden;       ///< the policy that names none of the hosts, in words for people
  std::optional<Error> error;  ///< of our own files
  std::string provider{};      ///< who takes the mail, where that was found out
  std::string ourselves{};     ///< the best host, where that is us: nobody is left then
  Fleet* fleet = nullptr;      ///< whose weights made the order; lives as long as the Routes
};

/// Knows the lanes. To relays: all of them that the recipient's route names, in an order that
/// follows their weights. Direct: the MX of the domain by preference (RFC 5321 §5.1), those of
/// equal preference in an order that changes from one recipient to the next, without those that are
/// not before us: a host of a name that we present in EHLO is ourselves.
class Routes {
 public:
  Routes(dns::Resolver& resolver, const Options& options, const Sources& sources, Groups& groups);
  ~Routes();
  Routes(const Routes&) = delete;
  Routes& operator=(const Routes&) = delete;

  using Done = std::function<void(const Route&)>;
  /// Finds a recipient's route. `done` is called once: from inside where the route is known, from
  /// the loop where DNS has to be asked; never after the Routes are gone. What DNS said is known as
  /// long as it may be kept, ten minutes at most.
  void find(const Recipient& who, Done done);
  /// Counts one who goes this way towards the weights of its relays: the next one's order is
  /// another.
  static void charge(const Route& route);
  /// The relays of a fleet as the next recipient's route has them.
  static std::vector<std::shared_ptr<Lane>> order(const Fleet& fleet);
  /// The group of those who wait for any of these relays (Group::ways).
  std::shared_ptr<Group> queue_for(const std::vector<std::shared_ptr<Lane>>& lanes,
                                   const Fleet* fleet);

  /// Whether some mail goes direct.
  [[nodiscard]] bool go_direct() const {
    return options_.routes ? options_.routes->sends_direct() : options_.relays.empty();
  }
  /// Whether a relay may be the way of some alone, so that trouble with it is not everybody's.
  [[nodiscard]] bool part() const { return go_direct() || fleets_.size() > 1; }

  /// What stands in for receivers that refuse us (Options::relay_on_block), from our first address;
  /// null where there is none.
  [[nodiscard]] const std::shared_ptr<Lane>& stand_in() const { return stand_in_; }

  /// From now on domains' MTA-STS policies are asked for, and obeyed. Must outlive the Routes.
  void obey(PolicyFinder& policies) { policies_ = &policies; }

  /// The lane to the same server from another address of ours.
  std::shared_ptr<Lane> beside(const std::shared_ptr<Lane>& lane, Source& source);

  /// All lanes that exist.
  [[nodiscard]] const std::map<std::string, std::shared_ptr<Lane>>& lanes() const { return lanes_; }
  /// Forgets lanes that have nothing to do and nothing to remember, and domains whose answer is
  /// old.
  void tidy(std::chrono::milliseconds now);

 private:
  struct Asked;
  std::shared_ptr<Lane> lane_for(const std::string& host, const TlsDemand& demand,
                                 const std::shared_ptr<Throttle>& own, Source& source);
  void route_when_known(const std::string& domain);
  Route by_preference(const std::string& domain, const dns::MailHosts& hosts,
                      const PolicyFinder::Found& found);
  void remember(const std::string& domain, const dns::MailHosts& hosts,
                const PolicyFinder::Found& found);
  using HostsDone = std::function<void(const dns::MailHosts&, const PolicyFinder::Found&)>;
  void add_fleet(const std::vector<std::string>& names);
  void ask(const Domain& domain, HostsDone done);
  static Route by_weight(Fleet& fleet);

  dns::Resolver& resolver_;
  const Options& options_;
  const Sources& sources_;
  Groups& groups_;
  PolicyFinder* policies_ = nullptr;
  // Of relays by their place in the list, else by host, what is asked of TLS, table of limits,
  // and by address of ours.
  std::map<std::string, std::shared_ptr<Lane>> lanes_;
  std::map<std::pair<const Fleet*, std::vector<Lane*>>, std::shared_ptr<Group>> queues_;
  std::map<std::string, std::shared_ptr<Asked>> asked_;  // by domain
  struct Known {
    dns::MailHosts hosts;
    PolicyFinder::Found policy;
    std::chrono::milliseconds until;
  };
  std::unordered_map<std::string, Known> known_;      // by domain
  std::chrono::milliseconds now_{};                   // of the last tidy()
  std::chrono::milliseconds next_look_{};             // for what is old
  std::map<std::vector<std::string>, Fleet> fleets_;  // by RouteTarget::relays; empty: all
  std::shared_ptr<Lane> stand_in_;
  unsigned turn_ = 0;
};

}  // namespace hagaki::delivery
