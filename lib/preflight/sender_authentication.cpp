#include <algorithm>
#include <string>

#include "dkim/key_answer.h"
#include "dkim/record.h"
#include "dmarc/policy.h"
#include "dns/lookup.h"
#include "preflight/sender_state.h"
#include "spf/check.h"
#include "spf/record.h"

namespace hagaki::preflight {
namespace {

constexpr int kShortRsaBits = 2048;

/// "-all of example.jp; 3 look-ups"
std::string spf_detail(const std::string& domain, const dns::IpAddress& ip,
                       const spf::Outcome& outcome) {
  std::string out = domain + " for " + ip.text();
  if (!outcome.problem.empty()) return out + ": " + outcome.problem;
  out += ": " + std::string(spf::verdict_name(outcome.verdict));
  if (!outcome.mechanism.empty()) out += " by " + outcome.mechanism;
  if (!outcome.domain.empty() && outcome.domain != domain) out += " of " + outcome.domain;
  return out + ", " + std::to_string(outcome.lookups) + " of " + std::to_string(spf::kMaxLookups) +
         " look-ups";
}

void judge_spf(SenderCheck::State& state, std::size_t part, const dns::IpAddress& ip,
               const spf::Outcome& outcome) {
  const std::string detail = spf_detail(state.parts[part].what, ip, outcome);
  switch (outcome.verdict) {
    case spf::Verdict::Pass:
      return state.close(part);
    case spf::Verdict::Fail:
      return state.close(part, {{"spf-fail", detail}});
    case spf::Verdict::SoftFail:
    case spf::Verdict::Neutral:
      return state.close(part, {{"spf-unsure", detail}});
    case spf::Verdict::None:
      return state.close(part, {{"spf-missing", state.parts[part].what}});
    case spf::Verdict::PermError:
      return state.close(part, {{"spf-bad", detail}});
    case spf::Verdict::TempError:
      return state.close_unknown(part, outcome.problem);
  }
}

/// Where the sending address is not known, whether there is a record that can be read.
void judge_spf_record(SenderCheck::State& state, std::size_t part, const dns::Answer& answer) {
  const std::string& domain = state.parts[part].what;
  if (dns::is_temporary(answer.status))
    return state.close_unknown(part, dns::explain(answer.status, answer.detail));
  const auto record = spf::record_in(answer);
  if (!record) return state.close(part, {{"spf-bad", domain + ": " + record.error().text()}});
  if (!*record) return state.close(part, {{"spf-missing", domain}});
  state.close(part);
}

void check_spf(SenderCheck::State& state) {
  const Sender& sender = state.sender;
  // Of the null sender receivers take the HELO name.
  if (!sender.envelope_sender || sender.envelope_sender->domain().is_literal()) return;
  const std::string& domain = sender.envelope_sender->domain().ascii();
  const auto addresses = state.addresses();
  if (addresses.empty()) {
    const auto part = state.open("spf-fail", domain);
    state.resolver.query(domain, dns::Type::Txt, [&state, part](const dns::Answer& answer) {
      judge_spf_record(state, part, answer);
    });
  }
  for (const auto& address : addresses) {
    const auto part = state.open("spf-fail", domain, address.ip.text());
    spf::Question question;
    question.ip = address.ip;
    question.local = sender.envelope_sender->local();
    question.domain = domain;
    question.helo = address.helo;
    spf::check_host(state.resolver, std::move(question),
                    [&state, part, ip = address.ip](const spf::Outcome& outcome) {
                      judge_spf(state, part, ip, outcome);
                    });
  }
}

void judge_key(SenderCheck::State& state, std::size_t part, const dkim::Signer& signer,
               const dns::Answer& answer) {
  const std::string& name = state.parts[part].what;
  const dkim::KeyAnswer key = dkim::read_answer(answer);
  using Standing = dkim::KeyAnswer::Standing;
  switch (key.standing) {
    case Standing::Unknown:
      return state.close_unknown(part, key.detail);
    case Standing::Missing:
      return state.close(part, {{"dkim-record-missing", name}});
    case Standing::Several:
      return state.close(part, {{"dkim-record-bad", name + " has several records"}});
    case Standing::Bad:
      return state.close(part, {{"dkim-record-bad", name + ": " + key.detail}});
    case Standing::Revoked:
      return state.close(part, {{"dkim-revoked", name}});
    case Standing::Found:
      break;
  }
  std::vector<Finding> found;
  if (!dkim::is_of(key.record, signer.key)) found.push_back({"dkim-other-key", name});
  if (key.record.testing) found.push_back({"dkim-testing", name});
  state.close(part, std::move(found));
}

void check_dkim(SenderCheck::State& state) {
  const Sender& sender = state.sender;
  if (sender.signers.empty() && sender.direct) state.add("not-signed", {});
  for (const dkim::Signer& signer : sender.signers) {
    const std::string name = dkim::key_name(signer.selector, signer.domain);
    if (signer.key.algorithm() == "rsa-sha256" && signer.key.bits() < kShortRsaBits) {
      state.add("dkim-key-short", name + ": " + std::to_string(signer.key.bits()) + " bits");
    }
    const auto part = state.open("dkim-record-missing", name);
    state.resolver.query(name, dns::Type::Txt, [&state, &signer, part](const dns::Answer& answer) {
      judge_key(state, part, signer, answer);
    });
  }
}

/// What neither the envelope sender nor a signature is aligned with, under `policy`.
std::vector<Finding> judge_alignment(const Sender& sender, const std::string& from,
                                     const dmarc::Policy& policy) {
  const bool by_spf =
      sender.envelope_sender &&
      dmarc::aligned(from, sender.envelope_sender->domain().ascii(), policy.record.spf);
  const bool by_dkim =
      std::any_of(sender.signers.begin(), sender.signers.end(), [&](const dkim::Signer& signer) {
        return dmarc::aligned(from, signer.domain, policy.record.dkim);
      });
  if (by_spf || by_dkim) return {};
  std::string detail = "From: " + from;
  if (sender.envelope_sender) {
    detail += ", envelope sender: " + sender.envelope_sender->domain().ascii();
  }
  for (const dkim::Signer& signer : sender.signers) detail += ", signed by " + signer.domain;
  // A relay may sign for the domain.
  const bool certain = sender.direct || !sender.signers.empty();
  const bool enforced =
      policy.status == dmarc::PolicyStatus::Found && policy.request() != dmarc::Request::None;
  if (!certain) return {{"not-aligned", detail + ", unless the relay signs"}};
  if (!enforced) return {{"not-aligned", detail}};
  return {
      {"dmarc-not-aligned", detail + ", p=" + std::string(dmarc::request_name(policy.request()))}};
}

void check_dmarc(SenderCheck::State& state) {
  const Sender& sender = state.sender;
  if (sender.from.empty() || sender.from.front().domain().is_literal()) return;
  const std::string& domain = sender.from.front().domain().ascii();
  const auto part = state.open("dmarc-missing", domain);
  dmarc::find_policy(state.resolver, domain, [&state, part](const dmarc::Policy& policy) {
    const std::string& from = state.parts[part].what;
    if (policy.status == dmarc::PolicyStatus::Unknown) {
      return state.close_unknown(part, policy.detail);
    }
    auto found = judge_alignment(state.sender, from, policy);
    if (policy.status == dmarc::PolicyStatus::None && !state.sender.transactional) {
      found.push_back({"dmarc-missing", from});
    } else if (policy.status == dmarc::PolicyStatus::Several) {
      found.push_back({"dmarc-bad", policy.name + " has several records"});
    } else if (policy.status == dmarc::PolicyStatus::Bad) {
      found.push_back({"dmarc-bad", policy.name + ": " + policy.detail});
    }
    state.close(part, std::move(found));
  });
}

}  // namespace

void check_authentication(SenderCheck::State& state) {
  check_spf(state);
  check_dkim(state);
  check_dmarc(state);
}

}  // namespace hagaki::preflight
