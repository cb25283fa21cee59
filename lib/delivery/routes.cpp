#include "delivery/routes.h"

#include <algorithm>

#include <fmt/core.h>

namespace hagaki::delivery {
namespace {

using std::chrono::milliseconds;

/// A list has its domains in any order: an answer is kept for those who come later.
constexpr milliseconds kKeep = std::chrono::minutes{10};
constexpr milliseconds kKeepAtLeast{5'000};
constexpr std::size_t kMostKnown = 20'000;
constexpr milliseconds kLook = std::chrono::minutes{1};

}  // namespace

/// Who waits for the MX of one domain.
struct Routes::Asked {
  Routes* owner = nullptr;
  std::vector<HostsDone> waiting;
  std::optional<dns::MailHosts> hosts;
  std::optional<PolicyFinder::Found> policy;
};

Routes::Routes(dns::Resolver& resolver, const Options& options, const Sources& sources,
               Groups& groups)
    : resolver_(resolver), options_(options), sources_(sources), groups_(groups) {
  const int most =
      std::min(options.connections, options.connections_per_host > 0 ? options.connections_per_host
                                                                     : options.connections);
  std::size_t number = 0;
  for (const auto& relay : options.relays) {
    // The place in the list keeps two entries for one relay (two users, say) apart.
    const auto place = fmt::format("{:06}", number++);
    for (const auto& source : sources.all()) {
      auto lane = std::make_shared<Lane>();
      lane->server = relay;
      lane->is_relay = true;
      lane->place = place;
      lane->source = source.get();
      lane->group = groups.of_relay(relay, source->ip);
      lane->group->of_relay = true;
      lane->limits = lane->group->throttle;
      lane->most = lane->limit = source->share_of(most);
      const bool first = source.get() == &sources.first();
      if (first && relay.called() == options.relay_on_block) stand_in_ = lane;
      lanes_.emplace(source->lane_name(place), std::move(lane));
    }
  }
  if (const auto* table = options.routes.get()) {
    for (const auto* target : table->targets()) add_fleet(target->relays);
  } else if (!options.relays.empty()) {
    add_fleet({});
  }
}

Routes::~Routes() {
  for (const auto& [domain, asked] : asked_) asked->owner = nullptr;
}

/// No names are all relays.
void Routes::add_fleet(const std::vector<std::string>& names) {
  Fleet& fleet = fleets_[names];
  if (!fleet.empty()) return;
  for (const auto& [key, lane] : lanes_) {
    if (lane->source != &sources_.first()) continue;
    const bool named = std::find(names.begin(), names.end(), lane->server.name) != names.end();
    if (named || names.empty()) fleet.push_back({lane, 0});
  }
}

void Routes::find(const Recipient& who, Done done) {
  const auto* table = options_.routes.get();
  if (!table) {
    if (!options_.relays.empty()) return done(by_weight(fleets_.begin()->second));
    const Domain& domain = who.address.domain();
    return ask(domain, [this, name = domain.ascii(), done = std::move(done)](
                           const dns::MailHosts& hosts, const PolicyFinder::Found& policy) {
      done(by_preference(name, hosts, policy));
    });
  }
  const Domain& domain = who.address.domain();
  std::string provider = who.provider;
  const auto* target = table->of_domain(domain.ascii());
  if (!target && provider.empty()) provider = groups_.provider_of({}, domain.ascii());
  if (!target) target = table->of_provider(provider);
  const bool known = target || !provider.empty() || !table->asks_for_providers();
  if (known && !target) target = &table->otherwise();
  if (target && !target->direct()) return done(by_weight(fleets_.at(target->relays)));
  ask(domain, [this, table, target, name = domain.ascii(), done = std::move(done)](
                  const dns::MailHosts& hosts, const PolicyFinder::Found& policy) {
    const auto found = groups_.provider_of(hosts.hosts, name);
    const auto* way = target ? target : table->of_provider(found);
    // Who could not be asked about may have a provider with a way of its own.
    const bool unknown =
        hosts.status == dns::MxStatus::Retry || hosts.status == dns::MxStatus::Error;
    if (!way && unknown) {
      Route none;
      none.hosts = hosts;
      return done(none);
    }
    if (!way) way = &table->otherwise();
    Route route =
        way->direct() ? by_preference(name, hosts, policy) : by_weight(fleets_.at(way->relays));
    route.provider = found;
    done(route);
  });
}

void Routes::ask(const Domain& domain, HostsDone done) {
  if (const auto known = known_.find(domain.ascii()); known != known_.end()) {
    if (now_ < known->second.until) return done(known->second.hosts, known->second.policy);
    known_.erase(known);
  }
  const auto [it, first] = asked_.try_emplace(domain.ascii());
  if (first) {
    it->second = std::make_shared<Asked>();
    it->second->owner = this;
  }
  it->second->waiting.push_back(std::move(done));
  if (!first) return;
  const std::string name = domain.ascii();
  const auto asked = it->second;
  dns::find_mail_hosts(resolver_, name, [asked, name](const dns::MailHosts& hosts) {
    if (!asked->owner) return;
    asked->hosts = hosts;
    asked->owner->route_when_known(name);
  });
  if (!policies_) {
    asked->policy.emplace();
    return;
  }
  policies_->find(name, [asked, name](const PolicyFinder::Found& found) {
    if (!asked->owner) return;
    asked->policy = found;
    asked->owner->route_when_known(name);
  });
}

/// Answers those who wait for a domain when both is there, hosts and policy.
void Routes::route_when_known(const std::string& domain) {
  const auto it = asked_.find(domain);
  if (it == asked_.end() || !it->second->hosts || !it->second->policy) return;
  const auto asked = it->second;
  asked_.erase(it);
  remember(domain, *asked->hosts, *asked->policy);
  for (const auto& each : asked->waiting) {
    each(*asked->hosts, *asked->policy);
  }
}

/// Smooth weighted round robin: each lane gains its weight, the fullest goes first and pays the
/// sum (charge()).
std::vector<std::shared_ptr<Lane>> Routes::order(const Fleet& fleet) {
  const auto gained = [](const Ship& ship) {
    return ship.credit + static_cast<int>(ship.lane->server.weight);
  };
  std::vector<const Ship*> ships;
  for (const Ship& ship : fleet) {
    const auto place = std::upper_bound(
        ships.begin(), ships.end(), &ship,
        [&](const Ship* one, const Ship* other) { return gained(*one) > gained(*other); });
    ships.insert(place, &ship);
  }
  std::vector<std::shared_ptr<Lane>> lanes;
  for (const Ship* ship : ships) lanes.push_back(ship->lane);
  return lanes;
}

Route Routes::by_weight(Fleet& fleet) {
  Route route;
  route.lanes = order(fleet);
  route.fleet = &fleet;
  return route;
}

std::shared_ptr<Group> Routes::queue_for(const std::vector<std::shared_ptr<Lane>>& lanes,
                                         const Fleet* fleet) {
  std::vector<Lane*> ways;
  for (const auto& lane : lanes) ways.push_back(lane.get());
  auto key = ways;
  std::sort(key.begin(), key.end());
  auto& group = queues_[{fleet, std::move(key)}];
  if (!group) {
    group = std::make_shared<Group>(ways.front()->group->name, ways.front()->group->throttle);
    group->ways = std::move(ways);
    group->fleet = fleet;
  }
  return group;
}

void Routes::charge(const Route& route) {
  if (!route.fleet) return;
  int sum = 0;
  Ship* first = nullptr;
  for (Ship& ship : *route.fleet) {
    const auto weight = static_cast<int>(ship.lane->server.weight);
    ship.credit += weight;
    sum += weight;
    if (ship.lane == route.lanes.front()) first = &ship;
  }
  first->credit -= sum;
}

void Routes::remember(const std::string& domain, const dns::MailHosts& hosts,
                      const PolicyFinder::Found& found) {
  // Who could not be asked about is asked about again.
  if (hosts.status == dns::MxStatus::Retry || hosts.status == dns::MxStatus::Error) return;
  if (found.error || !found.trouble.empty()) return;
  if (known_.size() >= kMostKnown) known_.clear();
  const auto ttl = std::chrono::seconds{hosts.ttl};
  const auto until = now_ + std::clamp<milliseconds>(ttl, kKeepAtLeast, kKeep);
  known_.insert_or_assign(domain, Known{hosts, found, until});
}

std::shared_ptr<Lane> Routes::beside(const std::shared_ptr<Lane>& lane, Source& source) {
  if (lane->source == &source) return lane;
  if (lane->is_relay) return lanes_.at(source.lane_name(lane->place));
  const auto own = lane->limits->is_of_domain() ? lane->limits : nullptr;
  return lane_for(lane->place, lane->tls.demand, own, source);
}

void Routes::tidy(milliseconds now) {
  now_ = now;
  if (now >= next_look_) {
    next_look_ = now + kLook;
    std::erase_if(known_, [now](const auto& entry) { return now >= entry.second.until; });
  }
  std::erase_if(lanes_, [now](const auto& entry) {
    const Lane& lane = *entry.second;
    if (lane.is_relay) return false;
    // Recipients on their way elsewhere may still come back to it.
    return entry.second.use_count() == 1 && !lane.has_work() && lane.sessions.empty() &&
           lane.opening == 0 && lane.lookup != Lane::Lookup::Asked && !lane.paused(now);
  });
}

}  // namespace hagaki::delivery
