#include "delivery/policy_finder.h"

#include <utility>

#include "tlspolicy/sts_record.h"

namespace hagaki::delivery {
namespace {

using std::chrono::milliseconds;

/// So long an answer of DNS is believed without asking again.
constexpr milliseconds kFresh = std::chrono::minutes{5};
/// So long a web server that failed is left alone (RFC 8461 §3.3).
constexpr milliseconds kLeftAlone = std::chrono::minutes{30};
constexpr milliseconds kPatience = std::chrono::minutes{1};
constexpr std::size_t kFetchesAtOnce = 20;
/// Domains that are remembered, about.
constexpr std::size_t kRemembered = 50'000;
constexpr std::size_t kMostAddresses = 6;

/// Whether a policy is new enough to be used without fetching it again: it is to be renewed long
/// before it ends, so that nobody can wait for that (RFC 8461 §10.2).
bool in_first_half(const store::StsPolicies::Kept& kept, Timestamp now) {
  return kept.until - now > kept.policy.max_age / 2;
}

}  // namespace

Result<std::unique_ptr<PolicyFinder>> PolicyFinder::open(net::Loop& loop, dns::Resolver& resolver,
                                                         const TlsPolicies& settings,
                                                         const std::string& ca_file) {
  auto kept = store::StsPolicies::open(settings.mta_sts_file, hagaki::now());
  if (!kept) return tl::unexpected<Error>(kept.error());
  return std::unique_ptr<PolicyFinder>(
      new PolicyFinder(loop, resolver, settings, ca_file, std::move(*kept)));
}

PolicyFinder::PolicyFinder(net::Loop& loop, dns::Resolver& resolver, const TlsPolicies& settings,
                           std::string ca_file, store::StsPolicies kept)
    : loop_(loop),
      resolver_(resolver),
      port_(settings.mta_sts_port),
      ca_file_(std::move(ca_file)),
      kept_(std::move(kept)),
      https_(loop) {}

void PolicyFinder::find(const std::string& domain, Done done) {
  if (domain.starts_with('[')) return done({});
  if (const auto it = known_.find(domain); it != known_.end()) {
    if (loop_.now() < it->second.until) return done(it->second.found);
    known_.erase(it);
  }
  auto& waiting = waiting_[domain];
  waiting.push_back(std::move(done));
  if (waiting.size() > 1) return;
  resolver_.query(tlspolicy::sts_record_name(domain), dns::Type::Txt,
                  [this, domain, alive = std::weak_ptr<bool>(alive_)](const dns::Answer& answer) {
                    if (!alive.expired()) on_record(domain, answer);
                  });
}

void PolicyFinder::on_record(const std::string& domain, const dns::Answer& answer) {
  auto kept = kept_.find(domain, hagaki::now());
  if (!kept) return settle(domain, {.policy = {}, .trouble = {}, .error = kept.error()}, {});
  const auto id = tlspolicy::sts_policy_id(answer);
  const bool good_enough =
      !id || (*kept && (*kept)->id == *id && in_first_half(**kept, hagaki::now()));
  if (!good_enough) return begin({domain, *id, std::move(*kept)});
  Found found;
  if (*kept) found.policy = std::make_shared<tlspolicy::StsPolicy>(std::move((*kept)->policy));
  settle(domain, found, kFresh);
}

void PolicyFinder::begin(Fetch fetch) {
  if (fetching_ == kFetchesAtOnce) return queue_.push_back(std::move(fetch));
  ++fetching_;
  const std::string host = tlspolicy::sts_policy_host(fetch.domain);
  dns::find_addresses(resolver_, host,
                      [this, fetch = std::move(fetch),
                       alive = std::weak_ptr<bool>(alive_)](const dns::HostAddresses& found) {
                        if (!alive.expired()) on_addresses(fetch, found);
                      });
}

void PolicyFinder::on_addresses(const Fetch& fetch, const dns::HostAddresses& found) {
  if (found.addresses.empty()) return fail(fetch, "sts-policy-fetch-error");
  net::HttpsRequest request;
  request.host = tlspolicy::sts_policy_host(fetch.domain);
  for (const auto& address : found.addresses) {
    if (request.addresses.size() < kMostAddresses) request.addresses.push_back(address.text());
  }
  request.port = port_;
  request.path = "/.well-known/mta-sts.txt";
  request.ca_file = ca_file_;
  request.most_bytes = tlspolicy::kMostPolicyBytes;
  request.timeout = kPatience;
  https_.get(request, [this, fetch](const Result<net::HttpsDocument>& document) {
    on_document(fetch, document);
  });
}

void PolicyFinder::on_document(const Fetch& fetch, const Result<net::HttpsDocument>& document) {
  if (!document) {
    const bool untrusted = document.error().code == ErrorCode::Denied;
    return fail(fetch, untrusted ? "sts-webpki-invalid" : "sts-policy-fetch-error");
  }
  // RFC 8461 §3.2: what a web server shows of others' is mostly HTML.
  if (document->media_type != "text/plain") return fail(fetch, "sts-policy-invalid");
  auto policy = tlspolicy::parse_sts_policy(document->body);
  if (!policy) return fail(fetch, "sts-policy-invalid");
  // What cannot be kept holds for this run all the same.
  const auto now_kept = kept_.keep(fetch.domain, fetch.id, *policy, hagaki::now());
  if (!now_kept && !not_kept_) not_kept_ = now_kept.error();
  finished();
  Found found;
  found.policy = std::make_shared<tlspolicy::StsPolicy>(std::move(*policy));
  settle(fetch.domain, found, kFresh);
}

void PolicyFinder::fail(const Fetch& fetch, const char* trouble) {
  finished();
  Found found;
  if (fetch.kept) {
    found.policy = std::make_shared<tlspolicy::StsPolicy>(fetch.kept->policy);
  } else {
    found.trouble = trouble;
  }
  settle(fetch.domain, found, kLeftAlone);
}

void PolicyFinder::finished() {
  --fetching_;
  if (queue_.empty()) return;
  auto next = std::move(queue_.front());
  queue_.pop_front();
  begin(std::move(next));
}

void PolicyFinder::settle(const std::string& domain, const Found& found, milliseconds fresh) {
  const auto now = loop_.now();
  if (known_.size() >= kRemembered) {
    std::erase_if(known_, [now](const auto& entry) { return entry.second.until <= now; });
    if (known_.size() >= kRemembered) known_.clear();
  }
  const auto node = waiting_.extract(domain);
  if (fresh > milliseconds{0}) known_[domain] = {found, now + fresh};
  if (node.empty()) return;
  for (const auto& done : node.mapped()) done(found);
}

}  // namespace hagaki::delivery
