#include "delivery/routes.h"

#include <algorithm>

#include <fmt/core.h>

namespace hagaki::delivery {

/// Who waits for the MX of one domain.
struct Routes::Asked {
  Routes* owner = nullptr;
  std::vector<Done> waiting;
};

Routes::Routes(dns::Resolver& resolver, const Options& options, Groups& groups)
    : resolver_(resolver), options_(options), groups_(groups) {
  for (const auto& relay : options.relays) {
    auto lane = std::make_shared<Lane>();
    lane->server = relay;
    lane->is_relay = true;
    lane->group = groups.of_relay(relay.host);
    lane->limits = lane->group->throttle;
    lane->most = lane->limit = std::min(options.connections, options.connections_per_host > 0
                                                                 ? options.connections_per_host
                                                                 : options.connections);
    // The place in the list keeps two entries for one relay (two users, say) apart.
    lanes_.emplace(fmt::format("{:06}", lanes_.size()), std::move(lane));
  }
}

Routes::~Routes() {
  for (const auto& [domain, asked] : asked_) asked->owner = nullptr;
}

void Routes::find(const Domain& domain, Done done) {
  if (!options_.relays.empty()) return done(by_weight());
  const auto [it, first] = asked_.try_emplace(domain.ascii());
  if (first) {
    it->second = std::make_shared<Asked>();
    it->second->owner = this;
  }
  it->second->waiting.push_back(std::move(done));
  if (!first) return;
  dns::find_mail_hosts(resolver_, domain.ascii(),
                       [asked = it->second, name = domain.ascii()](const dns::MailHosts& hosts) {
                         if (!asked->owner) return;
                         Routes& self = *asked->owner;
                         self.asked_.erase(name);
                         for (const auto& each : asked->waiting) {
                           each(self.by_preference(name, hosts));
                         }
                       });
}

/// Smooth weighted round robin: each lane gains its weight, the fullest goes first and pays the
/// sum.
Route Routes::by_weight() {
  Route route;
  int sum = 0;
  for (const auto& [key, lane] : lanes_) {
    lane->current_weight += static_cast<int>(lane->server.weight);
    sum += static_cast<int>(lane->server.weight);
    const auto place = std::upper_bound(route.lanes.begin(), route.lanes.end(), lane,
                                        [](const auto& one, const auto& other) {
                                          return one->current_weight > other->current_weight;
                                        });
    route.lanes.insert(place, lane);
  }
  route.lanes.front()->current_weight -= sum;
  return route;
}

Route Routes::by_preference(const std::string& domain, const dns::MailHosts& hosts) {
  Route route;
  route.hosts = hosts;
  if (hosts.status != dns::MxStatus::Ok && hosts.status != dns::MxStatus::Implicit) return route;
  ++turn_;
  std::vector<std::string> names;
  for (std::size_t begin = 0; begin < hosts.hosts.size();) {
    std::size_t end = begin;
    while (end < hosts.hosts.size() &&
           hosts.hosts[end].preference == hosts.hosts[begin].preference) {
      ++end;
    }
    for (std::size_t i = 0; i < end - begin; ++i) {
      names.push_back(hosts.hosts[begin + (i + turn_) % (end - begin)].host);
    }
    begin = end;
  }
  route.group = groups_.of_recipient(groups_.of_host(names.front()), hosts.hosts, domain);
  const auto& limits = route.group->throttle;
  for (const auto& name : names) {
    route.lanes.push_back(lane_for(name, limits->is_of_domain() ? limits : nullptr));
  }
  return route;
}

/// The lane of those whose sessions have limits of their own, or else of all others.
std::shared_ptr<Lane> Routes::lane_for(const std::string& host,
                                       const std::shared_ptr<Throttle>& own) {
  auto& lane = lanes_[own ? host + '\n' + own->name() : host];
  if (!lane) {
    lane = std::make_shared<Lane>();
    lane->server.host = host;
    lane->server.port = options_.direct_port;
    lane->group = groups_.of_host(host);
    lane->limits = own ? own : groups_.limits_of_host(*lane->group, host);
    const int wanted = options_.connections_per_host > 0
                           ? options_.connections_per_host
                           : lane->limits->sessions(options_.connections);
    lane->most = lane->limit = std::min(options_.connections, wanted);
    lane->lookup = Lane::Lookup::Needed;
  }
  return lane;
}

void Routes::tidy(std::chrono::milliseconds now) {
  if (!options_.relays.empty()) return;
  std::erase_if(lanes_, [now](const auto& entry) {
    const Lane& lane = *entry.second;
    // Recipients on their way elsewhere may still come back to it.
    return entry.second.use_count() == 1 && !lane.has_work() && lane.sessions.empty() &&
           lane.opening == 0 && lane.lookup != Lane::Lookup::Asked && !lane.paused(now);
  });
}

}  // namespace hagaki::delivery
