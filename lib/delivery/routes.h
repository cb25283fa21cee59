#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "delivery/group.h"
#include "delivery/lane.h"
#include "dns/mail_hosts.h"
#include "dns/resolver.h"

namespace hagaki::delivery {

/// Where a recipient's mail may go: lanes, best first; none, and `hosts` says why.
struct Route {
  std::vector<std::shared_ptr<Lane>> lanes;
  std::shared_ptr<Group> group;  ///< of who is mailed directly
  dns::MailHosts hosts;
};

/// Knows the lanes. To relays: all of them, in an order that follows their weights. Direct: the MX
/// of the domain by preference (RFC 5321 §5.1), those of equal preference in an order that changes
/// from one recipient to the next.
class Routes {
 public:
  Routes(dns::Resolver& resolver, const Options& options, Groups& groups);
  ~Routes();
  Routes(const Routes&) = delete;
  Routes& operator=(const Routes&) = delete;

  using Done = std::function<void(const Route&)>;
  /// Finds the route for `domain`. `done` is called once: from inside where the route is known,
  /// from the loop where DNS has to be asked; never after the Routes are gone.
  void find(const Domain& domain, Done done);

  /// All lanes that exist.
  [[nodiscard]] const std::map<std::string, std::shared_ptr<Lane>>& lanes() const { return lanes_; }
  /// Forgets lanes that have nothing to do and nothing to remember, and domains whose answer is
  /// old.
  void tidy(std::chrono::milliseconds now);

 private:
  struct Asked;
  std::shared_ptr<Lane> lane_for(const std::string& host, const std::shared_ptr<Throttle>& own);
  Route by_weight();
  Route by_preference(const std::string& domain, const dns::MailHosts& hosts);

  dns::Resolver& resolver_;
  const Options& options_;
  Groups& groups_;
  // Of relays by their place in the list, else by host and table of limits.
  std::map<std::string, std::shared_ptr<Lane>> lanes_;
  std::map<std::string, std::shared_ptr<Asked>> asked_;  // by domain
  unsigned turn_ = 0;
};

}  // namespace hagaki::delivery
