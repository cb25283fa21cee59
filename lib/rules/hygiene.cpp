#include "rules/hygiene.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "base/loose_time.h"
#include "records/object.h"
#include "rules/role_account.h"

namespace hagaki::rules {
namespace {

Decision against(std::string rule, const records::Object& evidence) {
  Decision out;
  out.rule = std::move(rule);
  out.evidence.push_back(evidence.line());
  return out;
}

}  // namespace

Decision bad_syntax(const Error& error, std::string_view spec) {
  records::Object evidence;
  evidence.add("error", error.text());
  Decision out = against("hygiene.syntax", evidence);
  if (const auto mended = mended_spelling(spec); !mended.empty()) suggest(out, mended);
  return out;
}

void suggest(Decision& decision, std::string_view suggestion) {
  records::Object more;
  more.add("suggestion", suggestion);
  if (decision.evidence.empty()) {
    decision.evidence.push_back(more.line());
    return;
  }
  std::string& last = decision.evidence.back();
  last.pop_back();
  if (last.back() != '{') last += ',';
  last += more.fragment() + '}';
}

std::optional<Decision> undeliverable(const Policy& policy, const records::Line& recipient) {
  const auto& stopped = policy.mx_status;
  if (stopped.empty()) return std::nullopt;
  const auto status = recipient.string("mx_status");
  if (!status) return std::nullopt;
  if (std::find(stopped.begin(), stopped.end(), *status) == stopped.end()) return std::nullopt;
  records::Object evidence;
  evidence.add("domain", recipient.string("domain"));
  evidence.add("mx_status", *status);
  return against("hygiene." + std::string(*status), evidence);
}

Hygiene::Hygiene(HygieneRules rules, DisposableDomains disposable,
                 std::optional<Timestamp> engaged_since)
    : rules_(rules), disposable_(std::move(disposable)), engaged_since_(engaged_since) {}

const Hygiene::OfDomain* Hygiene::look_up(const std::string& domain) {
  if (!rules_.mistyped && !rules_.impossible_domain && !rules_.disposable) return nullptr;
  // Who makes his domain meet another here is spared a tag, and nobody else.
  const std::uint64_t hash = std::hash<std::string>()(domain) | 1;
  if (plain_.find(hash)) return nullptr;
  const auto known = known_.find(domain);
  if (known != known_.end()) return &known->second;
  OfDomain found{mistyped_domain(domain), std::string(disposable_.find(domain))};
  if (!found.mistyped && found.disposable.empty()) {
    if (plain_.size() >= kMostDomains) plain_ = {};
    plain_.insert(hash);
    return nullptr;
  }
  if (known_.size() >= kMostDomains) known_.clear();
  return &known_.emplace(domain, std::move(found)).first->second;
}

std::optional<Decision> Hygiene::inactive(const records::Line& recipient) {
  if (!engaged_since_ || !rules_.inactive) return std::nullopt;
  const auto text = recipient.string("last_engaged_at");
  const auto last = text ? parse_loose_time(*text) : std::nullopt;
  if (!last) {
    ++without_engagement_;
    return std::nullopt;
  }
  if (*last >= *engaged_since_) return std::nullopt;
  records::Object evidence;
  evidence.add("last_engaged_at", *text);
  return against("hygiene.inactive", evidence);
}

std::optional<Decision> Hygiene::judge(const AddressReading& reading,
                                       const records::Line& recipient) {
  const Address& address = reading.address;
  const std::string_view local = address.local();
  std::optional<Decision> tag;
  const auto choose = [&](HygieneRules::Choice choice, Decision decision) {
    decision.action = *choice;
    if (*choice == Action::Tag && tag) return false;
    tag = std::move(decision);
    return *choice != Action::Tag;
  };
  if (reading.obsolete && rules_.obsolete) {
    auto found = against("hygiene.obsolete", {});
    found.evidence.clear();
    suggest(found, address.text());
    if (choose(rules_.obsolete, std::move(found))) return tag;
  }
  const OfDomain* domain = look_up(address.domain().ascii());
  if (domain && domain->mistyped) {
    const bool impossible = domain->mistyped->impossible;
    const auto choice = impossible ? rules_.impossible_domain : rules_.mistyped;
    if (choice) {
      records::Object evidence;
      evidence.add("domain", address.domain().ascii());
      evidence.add("suggestion", std::string(local) + "@" + domain->mistyped->domain);
      const char* rule = impossible ? "hygiene.impossible-domain" : "hygiene.mistyped";
      if (choose(choice, against(rule, evidence))) return tag;
    }
  } else if (rules_.mistyped && address.needs_smtputf8()) {
    // Full-width letters in the local part come from the keyboard, hardly from a mailbox.
    if (const auto mended = mended_spelling(address.text()); !mended.empty()) {
      records::Object evidence;
      evidence.add("suggestion", mended);
      if (choose(rules_.mistyped, against("hygiene.mistyped", evidence))) return tag;
    }
  }
  if (rules_.disposable && domain && !domain->disposable.empty()) {
    records::Object evidence;
    evidence.add("domain", domain->disposable);
    if (choose(rules_.disposable, against("hygiene.disposable", evidence))) return tag;
  }
  if (rules_.role && is_role_account(local)) {
    records::Object evidence;
    evidence.add("role", local);
    if (choose(rules_.role, against("hygiene.role", evidence))) return tag;
  }
  if (auto found = inactive(recipient)) {
    if (choose(rules_.inactive, std::move(*found))) return tag;
  }
  return tag;
}

}  // namespace hagaki::rules
