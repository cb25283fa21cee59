#include <string>

#include "dkim/key_answer.h"
#include "dmarc/policy.h"
#include "health/state.h"
#include "spf/check.h"

namespace hagaki::health {
namespace {

constexpr int kGoodRsaBits = 2048;
constexpr int kLeastRsaBits = 1024;  ///< RFC 8301 §3.2

std::string spf_text(const std::string& domain, const spf::Outcome& outcome) {
  std::string out(spf::verdict_name(outcome.verdict));
  if (!outcome.mechanism.empty()) out += " by " + outcome.mechanism;
  if (!outcome.mechanism.empty() && outcome.domain != domain) out += " of " + outcome.domain;
  if (!outcome.problem.empty()) out += ": " + outcome.problem;
  out += ", " + std::to_string(outcome.lookups) + " of " + std::to_string(spf::kMaxLookups) +
         " look-ups";
  out += ", " + std::to_string(outcome.void_lookups) + " of " +
         std::to_string(spf::kMaxVoidLookups) + " void";
  return out;
}

/// `known` is false where the question was put for an address that nobody sends from.
void judge_spf(const StatePtr& state, std::size_t at, bool known, const std::string& domain,
               const spf::Outcome& outcome) {
  Item& item = state->items[at];
  if (known) item.result = spf::verdict_name(outcome.verdict);
  item.lookups = outcome.lookups;
  item.void_lookups = outcome.void_lookups;
  const std::string text = spf_text(domain, outcome);
  const bool many = outcome.lookups >= kManyLookups;
  using spf::Verdict;
  switch (outcome.verdict) {
    case Verdict::TempError:
      return state->unknown(at, outcome.problem);
    case Verdict::PermError:
      return state->close(at, health::Verdict::Error, "spf-bad", text);
    case Verdict::None:
      return state->close(at, health::Verdict::Error, "spf-missing", text);
    case Verdict::Fail:
      if (known) return state->close(at, health::Verdict::Error, "spf-not-allowed", text);
      break;
    case Verdict::SoftFail:
    case Verdict::Neutral:
      if (known) return state->close(at, health::Verdict::Warning, "spf-unsure", text);
      break;
    case Verdict::Pass:
      if (!known) return state->close(at, health::Verdict::Error, "spf-open", text);
      break;
  }
  if (many) return state->close(at, health::Verdict::Warning, "spf-many-lookups", text);
  state->ok(at, text);
}

void check_spf(const StatePtr& state, const std::string& domain) {
  auto ips = state->sender.ips;
  const bool known = !ips.empty();
  // Without an address: what the record says of one that sends nowhere, with all of its terms.
  if (!known) ips.emplace_back();
  for (const auto& ip : ips) {
    const auto at = state->open("spf", domain, known ? ip.text() : std::string());
    spf::Question question;
    question.ip = ip;
    question.domain = domain;
    question.helo = state->sender.helo.empty() ? domain : state->sender.helo;
    spf::check_host(state->resolver, std::move(question),
                    [state, at, known, domain](const spf::Outcome& outcome) {
                      judge_spf(state, at, known, domain, outcome);
                    });
  }
}

void judge_key(const StatePtr& state, std::size_t at, const dns::Answer& answer) {
  const dkim::KeyAnswer key = dkim::read_answer(answer);
  using Standing = dkim::KeyAnswer::Standing;
  switch (key.standing) {
    case Standing::Unknown:
      return state->unknown(at, key.detail);
    case Standing::Missing:
      return state->close(at, Verdict::Error, "selector-missing", {});
    case Standing::Several:
      return state->close(at, Verdict::Error, "selector-bad",
                          std::to_string(answer.records.size()) + " records");
    case Standing::Bad:
      return state->close(at, Verdict::Error, "selector-bad", key.detail);
    case Standing::Revoked:
      return state->close(at, Verdict::Error, "dkim-revoked", {});
    case Standing::Found:
      break;
  }
  const auto bits = dkim::key_bits(key.record);
  if (!bits) return state->close(at, Verdict::Error, "selector-bad", bits.error().message);
  std::string text = key.record.key_type + ", " + std::to_string(*bits) + " bits";
  if (key.record.testing) text += ", t=y";
  const bool rsa = key.record.key_type == "rsa";
  if (rsa && *bits < kLeastRsaBits) {
    return state->close(at, Verdict::Error, "dkim-key-weak", text);
  }
  if (key.record.testing) return state->close(at, Verdict::Warning, "dkim-testing", text);
  if (rsa && *bits < kGoodRsaBits) {
    return state->close(at, Verdict::Warning, "dkim-key-short", text);
  }
  state->ok(at, text);
}

void check_dkim(const StatePtr& state, const std::string& domain) {
  for (const auto& selector : state->sender.selectors) {
    const auto name = dkim::key_name(selector, domain);
    const auto at = state->open("dkim", domain, name);
    state->resolver.query(name, dns::Type::Txt,
                          [state, at](const dns::Answer& answer) { judge_key(state, at, answer); });
  }
}

std::string alignment_text(const std::string& domain, const char* tag, dmarc::Alignment alignment) {
  const bool strict = alignment == dmarc::Alignment::Strict;
  return std::string(tag) +
         (strict ? "=s (" + domain : "=r (any name of " + dmarc::organisational_domain(domain)) +
         ')';
}

void judge_dmarc(const StatePtr& state, std::size_t at, const std::string& domain,
                 const dmarc::Policy& policy) {
  state->items[at].name = policy.name;
  switch (policy.status) {
    case dmarc::PolicyStatus::Unknown:
      return state->unknown(at, policy.detail);
    case dmarc::PolicyStatus::None:
      return state->close(at, Verdict::Warning, "dmarc-missing", {});
    case dmarc::PolicyStatus::Several:
      return state->close(at, Verdict::Error, "dmarc-bad", "several records");
    case dmarc::PolicyStatus::Bad:
      return state->close(at, Verdict::Error, "dmarc-bad", policy.detail);
    case dmarc::PolicyStatus::Found:
      break;
  }
  const std::string request(dmarc::request_name(policy.request()));
  state->items[at].result = request;
  std::string text = policy.inherited ? "sp=" : "p=";
  if (policy.inherited && !policy.record.subdomain_request) text = "p=";
  text += request + ", " + alignment_text(domain, "aspf", policy.record.spf) + ", " +
          alignment_text(domain, "adkim", policy.record.dkim);
  if (policy.request() == dmarc::Request::None) {
    return state->close(at, Verdict::Warning, "dmarc-none", text);
  }
  state->close(at, Verdict::Ok, "dmarc-enforced", text);
}

}  // namespace

void check_authentication(const StatePtr& state) {
  for (const auto& domain : state->sender.domains) {
    check_spf(state, domain);
    check_dkim(state, domain);
    const auto at = state->open("dmarc", domain);
    dmarc::find_policy(state->resolver, domain, [state, at, domain](const dmarc::Policy& policy) {
      judge_dmarc(state, at, domain, policy);
    });
  }
}

}  // namespace hagaki::health
