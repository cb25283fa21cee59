#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "delivery/routes.h"

namespace hagaki::delivery {
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
    // RFC 5321 §5.1: we among them, they and all behind them are left out.
    const auto us =
        std::find_if(hosts.hosts.begin() + static_cast<std::ptrdiff_t>(begin),
                     hosts.hosts.begin() + static_cast<std::ptrdiff_t>(end),
                     [this](const dns::MailHost& host) { return sources_.present(host.host); });
    if (us != hosts.hosts.begin() + static_cast<std::ptrdiff_t>(end)) {
      if (begin == 0) route.ourselves = us->host;
      break;
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
  if (!route.ourselves.empty()) return route;
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

/// The lane of those whose sessions have limits of their own, or else of all others, by what is
/// asked of its TLS.
std::shared_ptr<Lane> Routes::lane_for(const std::string& host, const TlsDemand& demand,
                                       const std::shared_ptr<Throttle>& own, Source& source) {
  const std::string key = lane_key(host, demand);
  auto& lane = lanes_[source.lane_name(own ? key + '\n' + own->name() : key)];
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
    lane->most = lane->limit = source.share_of(std::min(options_.connections, wanted));
    lane->lookup = Lane::Lookup::Needed;
  }
  return lane;
}

}  // namespace hagaki::delivery
