#include "delivery/group.h"

#include "address/public_suffix.h"

namespace hagaki::delivery {

// Of the table that we bring ourselves, which the tests read.
Groups::Groups(Throttles& throttles)
    : throttles_(throttles), providers_(harvest::Providers::builtin().value()) {}

std::shared_ptr<Group> Groups::group(std::string_view provider,
                                     const std::vector<dns::MailHost>& hosts,
                                     const std::string& domain) {
  std::string name(provider.empty() ? domain : provider);
  auto& group = groups_[name];
  if (!group) {
    group = std::make_shared<Group>(name, throttles_.of_receiver(name, provider, hosts, domain));
  }
  return group;
}

std::shared_ptr<Group> Groups::of_domain(const Domain& domain, const std::string& provider) {
  if (!provider.empty()) return group(provider, {}, domain.ascii());
  return group(providers_.find({}, domain.ascii()), {}, domain.ascii());
}

std::shared_ptr<Group> Groups::of_host(const std::string& host) {
  const std::vector<dns::MailHost> hosts{{host, 0}};
  const auto provider = providers_.find(hosts, host);
  const std::string registered = registrable_domain(host);
  return group(provider, hosts, registered.empty() ? host : registered);
}

std::shared_ptr<Group> Groups::of_relay(const std::string& name) {
  auto throttle = throttles_.of_relay(name);
  // What it answers may slow us down, also where nothing is configured.
  if (!throttle) throttle = std::make_shared<Throttle>(rules::Limits{}, name, nullptr);
  return std::make_shared<Group>(name, std::move(throttle));
}

void Groups::tidy(std::chrono::milliseconds now) {
  std::erase_if(groups_, [now](const auto& entry) {
    const Group& group = *entry.second;
    return entry.second.use_count() == 1 && group.in_memory == 0 && group.backlog.count == 0 &&
           !group.is_shut(now);
  });
  throttles_.tidy(now);
}

}  // namespace hagaki::delivery
