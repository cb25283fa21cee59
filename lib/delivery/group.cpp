#include "delivery/group.h"

#include <utility>

#include "address/public_suffix.h"
#include "delivery/campaign.h"

namespace hagaki::delivery {

// Of the table that we bring ourselves, which the tests read.
Groups::Groups(Throttles& throttles)
    : throttles_(throttles), providers_(harvest::Providers::builtin().value()) {}

/// All of a receiver, for whom the table of their provider holds or none.
std::shared_ptr<Group> Groups::receiver(const std::string& name, std::string_view provider,
                                        std::string_view source) {
  const auto watched = rules::watched_name({name, source});
  auto& group = groups_[watched];
  if (!group) {
    group = std::make_shared<Group>(watched, throttles_.of_receiver(name, provider, {}, {}));
  }
  return group;
}

/// Those of `receiver` whose limits are these.
std::shared_ptr<Group> Groups::sharing(const std::shared_ptr<Group>& receiver,
                                       std::shared_ptr<Throttle> throttle) {
  if (throttle == receiver->throttle) return receiver;
  const std::string& table = throttle->name();
  auto& group = groups_[receiver->name + '\n' + table];
  // "domain.example.jp" is the table of example.jp.
  if (!group) {
    group =
        std::make_shared<Group>(table.substr(table.find('.') + 1), std::move(throttle), receiver);
  }
  return group;
}

std::shared_ptr<Group> Groups::of_domain(const Domain& domain, const std::string& provider) {
  const std::string& name = domain.ascii();
  const auto whose = provider.empty() ? providers_.find({}, name) : std::string_view(provider);
  const std::string id(whose.empty() ? name : whose);
  // No receiver has such a name: those who are mailed directly are not among them.
  const std::string key = '\n' + id;
  auto& all = groups_[key];
  if (!all) {
    all = std::make_shared<Group>(id, throttles_.of_receiver(id, whose, {}, {}));
    all->by_relay = true;
  }
  auto throttle = throttles_.of_receiver(id, whose, {}, name);
  if (throttle == all->throttle) return all;
  const std::string& table = throttle->name();
  auto& group = groups_[key + '\n' + table];
  if (!group) {
    group = std::make_shared<Group>(table.substr(table.find('.') + 1), std::move(throttle), all);
  }
  return group;
}

std::shared_ptr<Group> Groups::of_host(const std::string& host, std::string_view source) {
  const auto provider = providers_.find({{host, 0}}, host);
  if (!provider.empty()) return receiver(std::string(provider), provider, source);
  const std::string registered = registrable_domain(host);
  return receiver(registered.empty() ? host : registered, provider, source);
}

std::shared_ptr<Group> Groups::of_recipient(const std::shared_ptr<Group>& receiver,
                                            const std::vector<dns::MailHost>& hosts,
                                            const std::string& domain) {
  const auto provider = providers_.find(hosts, domain);
  const auto name = rules::parse_watched(receiver->name).receiver;
  return sharing(receiver, throttles_.of_receiver(name, provider, hosts, domain));
}

std::shared_ptr<Throttle> Groups::limits_of_host(const Group& receiver, const std::string& host) {
  const std::vector<dns::MailHost> hosts{{host, 0}};
  const auto name = rules::parse_watched(receiver.name).receiver;
  return throttles_.of_receiver(name, providers_.find(hosts, host), hosts, {});
}

std::shared_ptr<Group> Groups::of_relay(const Relay& relay, std::string_view source) {
  auto throttle = throttles_.of_relay(relay.called());
  // What it answers may slow us down, also where nothing is configured.
  if (!throttle) throttle = std::make_shared<Throttle>(rules::Limits{}, relay.called(), nullptr);
  return std::make_shared<Group>(rules::watched_name({relay.watched(), source}),
                                 std::move(throttle));
}

void Groups::tidy(std::chrono::milliseconds now) {
  std::erase_if(groups_, [now](const auto& entry) {
    const Group& group = *entry.second;
    return entry.second.use_count() == 1 && group.in_memory == 0 && group.backlog.count == 0 &&
           !group.is_shut(now) && group.pace_gate.is_open(now);
  });
  throttles_.tidy(now);
}

}  // namespace hagaki::delivery
