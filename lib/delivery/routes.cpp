#include "delivery/routes.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace hagaki::delivery {
namespace {

using std::chrono::milliseconds;

/// A list has its domains in any order: an answer is kept for those who come later.
constexpr milliseconds kKeep = std::chrono::minutes{10};
constexpr milliseconds kKeepAtLeast{5'000};
constexpr std::size_t kMostKnown = 20'000;
constexpr milliseconds kLook = std::chrono::minutes{1};

/// Where a lane stands among all.
std::string name_of(const std::string& place, const Source& source) {
  return source.ip.empty() ? place : place + " " + source.ip;
}

/// What a lane may have of the sessions that a server gets, so that one address of ours leaves
/// room for the others.
int share_of(int sessions, const Source& source) {
  return std::max(1, static_cast<int>(std::lround(sessions * source.share)));
}

}  // namespace

/// Who waits for the MX of one domain.
struct Routes::Asked {
  Routes* owner = nullptr;
  std::vector<Done> waiting;
  std::optional<dns::MailHosts> hosts;
  std::optional<PolicyFinder::Found> policy;
};

namespace {

/// Lanes to one host that differ in this are different ones.
std::string lane_key(const std::string& host, const TlsDemand& demand) {
  std::string key = host;
  if (demand.dane) key += " dane";
  if (demand.mta_sts != tlspolicy::StsMode::None) {
    key += fmt::format(" mta-sts={}", tlspolicy::sts_mode_name(demand.mta_sts));
  }
  if (!demand.trouble.empty()) key += " " + demand.trouble;
  return key;
}

}  // namespace

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
      lane->group = groups.of_relay(relay.host, source->ip);
      lane->limits = lane->group->throttle;
      lane->most = lane->limit = share_of(most, *source);
      lanes_.emplace(name_of(place, *source), std::move(lane));
    }
  }
}

Routes::~Routes() {
  for (const auto& [domain, asked] : asked_) asked->owner = nullptr;
}

void Routes::find(const Domain& domain, Done done) {
  if (!options_.relays.empty()) return done(by_weight());
  if (const auto known = known_.find(domain.ascii()); known != known_.end()) {
    if (now_ < known->second.until)
      return done(by_preference(known->first, known->second.hosts, known->second.policy));
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
    each(by_preference(domain, *asked->hosts, *asked->policy));
  }
}

/// Smooth weighted round robin: each lane gains its weight, the fullest goes first and pays the
/// sum.
Route Routes::by_weight() {
  Route route;
  int sum = 0;
  for (const auto& [key, lane] : lanes_) {
    if (lane->source != &sources_.first()) continue;
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

Route Routes::by_preference(const std::string& domain, const dns::MailHosts& hosts,
                            const PolicyFinder::Found& found) {
  Route route;
  const bool has_hosts =
      hosts.status == dns::MxStatus::Ok || hosts.status == dns::MxStatus::Implicit;
  if (!has_hosts || found.error) {
    route.hosts = hosts;
    route.error = found.error;
    return route;
  }
  TlsDemand demand;
  demand.dane = options_.tls_policies.dane && options_.tls != Tls::None && hosts.authenticated;
  demand.trouble = found.trouble;
  if (found.policy) demand.mta_sts = found.policy->mode;
  const bool enforced = demand.mta_sts == tlspolicy::StsMode::Enforce;
  ++turn_;
  std::vector<std::pair<std::string, TlsDemand>> allowed;  // hosts, and what is asked of each
  for (std::size_t begin = 0; begin < hosts.hosts.size();) {
    std::size_t end = begin;
    while (end < hosts.hosts.size() &&
           hosts.hosts[end].preference == hosts.hosts[begin].preference) {
      ++end;
    }
    for (std::size_t i = 0; i < end - begin; ++i) {
      const std::string& host = hosts.hosts[begin + (i + turn_) % (end - begin)].host;
      TlsDemand here = demand;
      if (demand.mta_sts != tlspolicy::StsMode::None && !found.policy->names(host)) {
        if (enforced) continue;
        here.trouble = "validation-failure";
      }
      allowed.emplace_back(host, std::move(here));
    }
    begin = end;
  }
  if (allowed.empty()) {
    route.forbidden =
        fmt::format("the MTA-STS policy of {} names none of its mail hosts ({}{})", domain,
                    hosts.hosts.front().host, hosts.hosts.size() > 1 ? ", ..." : "");
    return route;
  }
  route.group = groups_.of_recipient(groups_.of_host(allowed.front().first, sources_.first().ip),
                                     hosts.hosts, domain);
  const auto& limits = route.group->throttle;
  for (const auto& [host, here] : allowed) {
    route.lanes.push_back(
        lane_for(host, here, limits->is_of_domain() ? limits : nullptr, sources_.first()));
  }
  return route;
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
  if (lane->is_relay) return lanes_.at(name_of(lane->place, source));
  const auto own = lane->limits->is_of_domain() ? lane->limits : nullptr;
  return lane_for(lane->place, lane->tls.demand, own, source);
}

/// The lane of those whose sessions have limits of their own, or else of all others, by what is
/// asked of its TLS.
std::shared_ptr<Lane> Routes::lane_for(const std::string& host, const TlsDemand& demand,
                                       const std::shared_ptr<Throttle>& own, Source& source) {
  const std::string key = lane_key(host, demand);
  auto& lane = lanes_[name_of(own ? key + '\n' + own->name() : key, source)];
  if (!lane) {
    lane = std::make_shared<Lane>();
    lane->server.host = host;
    lane->server.port = options_.direct_port;
    lane->tls.demand = demand;
    lane->place = host;
    lane->source = &source;
    lane->group = groups_.of_host(host, source.ip);
    lane->limits = own ? own : groups_.limits_of_host(*lane->group, host);
    const int wanted = options_.connections_per_host > 0
                           ? options_.connections_per_host
                           : lane->limits->sessions(options_.connections);
    lane->most = lane->limit = share_of(std::min(options_.connections, wanted), source);
    lane->lookup = Lane::Lookup::Needed;
  }
  return lane;
}

void Routes::tidy(milliseconds now) {
  if (!options_.relays.empty()) return;
  now_ = now;
  if (now >= next_look_) {
    next_look_ = now + kLook;
    std::erase_if(known_, [now](const auto& entry) { return now >= entry.second.until; });
  }
  std::erase_if(lanes_, [now](const auto& entry) {
    const Lane& lane = *entry.second;
    // Recipients on their way elsewhere may still come back to it.
    return entry.second.use_count() == 1 && !lane.has_work() && lane.sessions.empty() &&
           lane.opening == 0 && lane.lookup != Lane::Lookup::Asked && !lane.paused(now);
  });
}

}  // namespace hagaki::delivery
