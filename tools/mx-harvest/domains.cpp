#include "domains.h"

#include <functional>
#include <utility>

#include "base/time.h"
#include "records/line_writer.h"
#include "records/object.h"

using namespace hagaki;

namespace {

constexpr std::size_t kPortion = 4096;  ///< domains that go into the cache in one transaction

}  // namespace

const std::string& SharedText::get() const {
  static const std::string none;
  return text_ ? *text_ : none;
}

Domains::Domains(DomainEdges edges, const harvest::Providers& providers,
                 std::function<void()> on_known)
    : edges_(std::move(edges)), providers_(providers), on_known_(std::move(on_known)) {
  domains_.reserve(1u << 16);
  if (edges_.resolver != nullptr && edges_.mx_hosts) hosts_.emplace(*edges_.resolver);
}

Domains::~Domains() {
  keep();
}

std::shared_ptr<const DomainFacts> Domains::find(const std::string& name) {
  const auto [at, added] = domains_.try_emplace(name);
  if (!added) return at->second;
  const auto domain = std::make_shared<DomainFacts>();
  at->second = domain;
  order_.push_back(&at->first);
  if (order_.size() > kMost) {
    domains_.erase(domains_.find(*order_.front()));
    order_.pop_front();
  }
  if (edges_.resolver == nullptr) {
    domain->provider = providers_.find({}, name);
    records::Object object;
    object.add("provider", domain->provider);
    domain->fragment = share(object.fragment());
    domain->known = true;
  } else if (!recall(name, *domain)) {
    ask(name, domain);
  }
  return domain;
}

/// Takes what the cache knows about it; false where that is nothing.
bool Domains::recall(const std::string& name, DomainFacts& domain) {
  if (edges_.cache == nullptr) return false;
  const auto kept = edges_.cache->find(name, edges_.mx_hosts, now());
  if (!kept) give_up_cache(kept.error());
  if (!kept || !*kept) return false;
  ++cached_;
  learn(name, **kept, domain);
  return true;
}

void Domains::ask(const std::string& name, const std::shared_ptr<DomainFacts>& domain) {
  if (!name.starts_with('[')) ++asked_;  // an address literal is its own answer
  dns::find_mail_hosts(*edges_.resolver, name, [this, name, domain](const dns::MailHosts& found) {
    // Most hosts are known after a while: nothing has to be remembered then.
    const bool ask_hosts =
        hosts_ && found.status == dns::MxStatus::Ok && !hosts_->has(found.hosts.front().host);
    if (!ask_hosts) return settle(name, found, *domain);
    dns::check_mail_hosts(*hosts_, found, [this, name, domain](const dns::MailHosts& checked) {
      settle(name, checked, *domain);
    });
  });
}

/// Takes what DNS said.
void Domains::settle(const std::string& name, const dns::MailHosts& found, DomainFacts& domain) {
  learn(name, found, domain);
  if (edges_.cache != nullptr && found.keep > 0) {
    fresh_.push_back({name, found, edges_.mx_hosts});
    if (fresh_.size() >= kPortion) keep();
  }
  on_known_();
}

void Domains::learn(const std::string& name, const dns::MailHosts& found, DomainFacts& domain) {
  domain.status = dns::mx_status_name(found.status);
  domain.provider = providers_.find(found.hosts, name);
  if (!found.hosts.empty()) domain.first_mx = share(found.hosts.front().host);
  domain.fragment = share(fragment_of(found, domain));
  domain.known = true;
  if (found.status == dns::MxStatus::Retry) {
    ++unknown_;
    why_unknown_ = found.detail;
  } else if (found.status == dns::MxStatus::Error) {
    ++unjudged_;
    why_unjudged_ = found.detail;
  }
}

std::string_view Domains::fragment_of(const dns::MailHosts& found, const DomainFacts& domain) {
  fragment_.clear();
  for (const auto& host : found.hosts) {
    fragment_ += fragment_.empty() ? "\"mx\":[" : ",";
    records::LineWriter(fragment_).add("host", host.host).add("preference", int{host.preference});
    fragment_ += '}';
  }
  if (!found.hosts.empty()) fragment_ += ']';
  const auto rest = fragment_.size();
  records::LineWriter writer(fragment_);
  writer.add("mx_status", domain.status);
  if (found.authenticated) writer.add("dnssec", true);
  writer.add("provider", domain.provider);
  // Members of an object that has begun already.
  if (rest == 0) {
    fragment_.erase(0, 1);
  } else {
    fragment_[rest] = ',';
  }
  return fragment_;
}

SharedText Domains::share(std::string_view text) {
  auto& last = texts_[std::hash<std::string_view>{}(text) % texts_.size()];
  if (!last || *last != text) last = std::make_shared<const std::string>(text);
  return SharedText(last);
}

void Domains::keep() {
  if (edges_.cache == nullptr || fresh_.empty()) return;
  const auto kept = edges_.cache->keep(fresh_, now());
  fresh_.clear();
  if (!kept) give_up_cache(kept.error());
}

void Domains::give_up_cache(const Error& error) {
  edges_.cache = nullptr;
  edges_.on_cache_failure(error);
}
