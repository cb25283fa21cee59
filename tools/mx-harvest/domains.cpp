#include "domains.h"

#include <utility>
#include <vector>

#include "records/object.h"

using namespace hagaki;

Domains::Domains(dns::Resolver* resolver, const harvest::Providers& providers,
                 std::function<void()> on_known)
    : resolver_(resolver), providers_(providers), on_known_(std::move(on_known)) {}

std::shared_ptr<const DomainFacts> Domains::find(const std::string& name) {
  if (const auto at = domains_.find(name); at != domains_.end()) return at->second;
  auto domain = std::make_shared<DomainFacts>();
  domains_.emplace(name, domain);
  order_.push_back(name);
  if (order_.size() > kMost) {
    domains_.erase(order_.front());
    order_.pop_front();
  }
  if (resolver_ == nullptr) {
    domain->provider = providers_.find({}, name);
    records::Object object;
    object.add("provider", domain->provider);
    domain->fragment = object.fragment();
    domain->known = true;
    return domain;
  }
  if (!name.starts_with('[')) ++asked_;  // an address literal is its own answer
  dns::find_mail_hosts(*resolver_, name, [this, name, domain](const dns::MailHosts& found) {
    learn(name, found, *domain);
    on_known_();
  });
  return domain;
}

void Domains::learn(const std::string& name, const dns::MailHosts& found, DomainFacts& domain) {
  domain.status = dns::mx_status_name(found.status);
  domain.provider = providers_.find(found.hosts, name);
  records::Object object;
  if (!found.hosts.empty()) {
    domain.first_mx = found.hosts.front().host;
    std::vector<records::Object> hosts;
    for (const auto& host : found.hosts) {
      hosts.emplace_back().add("host", host.host).add("preference", int{host.preference});
    }
    object.add("mx", hosts);
  }
  object.add("mx_status", domain.status).add("provider", domain.provider);
  domain.fragment = object.fragment();
  domain.known = true;
  if (found.status == dns::MxStatus::Retry) {
    ++unknown_;
    why_unknown_ = found.detail;
  }
}
