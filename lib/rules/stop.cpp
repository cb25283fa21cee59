#include "rules/stop.h"

#include <algorithm>
#include <span>
#include <tuple>
#include <utility>

#include "address/address.h"
#include "base/text.h"

namespace hagaki::rules {
namespace {

using What = records::Event::What;

constexpr std::size_t kEvidenceKept = 19;  // and one of a block

/// A Message-ID without its angle brackets (RFC 5322 §3.6.4).
std::string_view bare_id(std::string_view id) {
  id = trim(id);
  if (id.size() > 1 && id.front() == '<' && id.back() == '>') return id.substr(1, id.size() - 2);
  return id;
}

bool contains(const std::vector<std::string>& types, std::string_view type) {
  return std::any_of(types.begin(), types.end(),
                     [&](const std::string& t) { return ascii_iequals(t, type); });
}

}  // namespace

std::string recipient_key(std::string_view email) {
  auto key = canonical_key(email);
  return key.empty() ? ascii_lower(trim(email)) : key;
}

StopRules::StopRules(const Policy& policy, KeyHasher hasher)
    : policy_(policy), hasher_(hasher), receivers_(hasher) {}

std::uint64_t StopRules::hash_of(char kind, std::string_view text) const {
  return text.empty() ? 0 : hasher_(text, kind);
}

/// Campaigns are few: a number each is exact, and half as long as a hash.
std::uint32_t StopRules::campaign_number(std::string_view name) {
  if (name.empty()) return 0;
  auto [number, fresh] = campaigns_.insert(hash_of('c', name));
  if (fresh) number = static_cast<std::uint32_t>(campaigns_.size());
  return number;
}

StopRules::Text StopRules::keep(std::string_view text) {
  const Text out{texts_.size(), static_cast<std::uint32_t>(text.size())};
  texts_ += text;
  return out;
}

void StopRules::add(const records::Event& event, const records::Line& line,
                    std::string_view where) {
  if (take(event)) failures_.back().evidence = keep(records::evidence(line, where));
}

void StopRules::add(const records::Event& event, std::string_view evidence) {
  if (take(event)) failures_.back().evidence = keep(evidence);
}

/// Notes the event; true when it became a failure that some rule may count.
bool StopRules::take(const records::Event& event) {
  std::uint16_t rule = FailedMessage::kNoRule;
  switch (event.what) {
    case What::Undecided:
    case What::Report:
    case What::Vacation:
      return false;
    case What::Delivered:
    case What::Confirmed:
      break;
    case What::Failed:
    case What::Bounced:
      if (const auto* found = policy_.find(event.reason)) {
        rule = static_cast<std::uint16_t>(found - policy_.stop.data());
      }
      break;
    case What::Unsubscribe:
      if (!policy_.unsubscribe.on) return false;
      rule = FailedMessage::kUnsubscribe;
      break;
    case What::Feedback:
      if (policy_.unsubscribe.on && contains(policy_.unsubscribe.types, event.feedback_type)) {
        rule = FailedMessage::kUnsubscribe;
      } else if (policy_.complaint.on && contains(policy_.complaint.types, event.feedback_type)) {
        rule = FailedMessage::kComplaint;
      } else {
        return false;
      }
      break;
  }
  prepared_ = false;
  const std::string key = recipient_key(event.email);
  const SentMessage what{
      .recipient = hasher_(key),
      .message = hash_of('m', bare_id(event.message_id)),
      .time = event.time ? event.time->time_since_epoch().count() : kUnknownTime,
      .campaign = campaign_number(event.campaign),
      .receiver = receivers_.of_recipient(key),
  };
  if (event.what == What::Delivered || event.what == What::Confirmed) {
    deliveries_.push_back(what);
    return false;
  }
  const bool failed = event.what == What::Failed || event.what == What::Bounced;
  failures_.push_back({.what = what,
                       .evidence = {},
                       .rule = rule,
                       .bounce = event.what == What::Bounced,
                       .may_be_block = failed && may_be_block(event.reason)});
  return rule != FailedMessage::kNoRule;
}

void StopRules::count_answers(std::string_view domain, Timestamp time, std::uint64_t taken,
                              std::uint64_t refused) {
  counted_.push_back({receivers_.of_domain(domain),
                      day_of(policy_, time.time_since_epoch().count()), taken, refused});
}

void StopRules::reinstate(std::string_view email, Timestamp up_to, Wishes wishes) {
  reinstated_.of_recipient(hasher_(recipient_key(email)), up_to, wishes == Wishes::Void);
}

void StopRules::reinstate_receiver(std::string_view receiver, Timestamp up_to) {
  reinstated_.of_receiver(receivers_.named(receiver), up_to);
}

void StopRules::settle(Timestamp now) {
  settled_ = now;
  prepare();
  find_blocks();
  reinstated_.apply(failures_);

  auto delivery = deliveries_.begin();
  for (auto first = failures_.begin(); first != failures_.end();) {
    const std::uint64_t recipient = first->what.recipient;
    const auto last = std::find_if(first, failures_.end(), [&](const FailedMessage& f) {
      return f.what.recipient != recipient;
    });
    const auto own = std::find_if(delivery, deliveries_.end(),
                                  [&](const SentMessage& d) { return d.recipient >= recipient; });
    delivery = std::find_if(own, deliveries_.end(),
                            [&](const SentMessage& d) { return d.recipient != recipient; });
    keep(recipient, StopJudge(policy_, {first, last}, {own, delivery})
                        .verdicts(now.time_since_epoch().count()));
    first = last;
  }
  deliveries_ = {};
  failures_ = {};
}

/// Notes what is against a recipient.
void StopRules::keep(std::uint64_t recipient, const std::vector<StopVerdict>& verdicts) {
  if (verdicts.empty()) return;
  stopped_.insert(recipient).first = static_cast<std::uint32_t>(verdicts_.size());
  if (const auto& v = verdicts.front(); v.rule == FailedMessage::kBlock) {
    BlockFound& found = blocks_[v.row.back()->block - 1];
    const Timestamp until = Timestamp(std::chrono::milliseconds(v.last)) + policy_.block.hold;
    found.until = std::max(found.until.value_or(until), until);
    ++found.held;
  }
  for (const auto& v : verdicts) {
    const std::size_t count = std::min(v.row.size(), kEvidenceKept);
    verdicts_.push_back({.first = static_cast<std::uint32_t>(kept_.size()),
                         .count = static_cast<std::uint16_t>(count),
                         .rule = v.rule,
                         .last = v.last,
                         .undone_by = v.undone_by,
                         .block = v.row.back()->block,
                         .more = true});
    for (const auto* f : std::span(v.row).last(count)) kept_.push_back(f->evidence);
  }
  verdicts_.back().more = false;
}

std::optional<Decision> StopRules::find(std::string_view key,
                                        std::optional<Timestamp> engaged) const {
  return find(key, [&] { return engaged; });
}

std::optional<Decision> StopRules::find(std::string_view key, const Engaged& ask) const {
  const std::uint32_t* first = stopped_.find(hasher_(key));
  if (!first) return std::nullopt;
  const auto engaged = ask();
  for (std::size_t i = *first;; ++i) {
    const Verdict& verdict = verdicts_[i];
    const bool undone =
        engaged && *engaged <= settled_ && engaged->time_since_epoch().count() > verdict.undone_by;
    if (!undone) return decision(verdict);
    if (!verdict.more) return std::nullopt;
  }
}

Decision StopRules::decision(const Verdict& verdict) const {
  Decision out;
  if (verdict.rule == FailedMessage::kComplaint) {
    out.rule = "stop.complaint";
  } else if (verdict.rule == FailedMessage::kUnsubscribe) {
    out.rule = "stop.unsubscribe";
  } else if (verdict.rule == FailedMessage::kBlock) {
    out.rule = "stop.block";
    out.action = Action::Hold;
    out.until = Timestamp(std::chrono::milliseconds(verdict.last)) + policy_.block.hold;
  } else {
    const StopRule& rule = policy_.stop[verdict.rule];
    out.rule = "stop." + rule.reason;
    out.action = rule.action;
    if (rule.action == Action::Hold) {
      out.until = Timestamp(std::chrono::milliseconds(verdict.last) + rule.hold);
    }
  }
  for (const Text& text : std::span(kept_).subspan(verdict.first, verdict.count)) {
    if (text.size > 0) out.evidence.emplace_back(texts_, text.at, text.size);
  }
  if (verdict.block != 0) out.evidence.push_back(block_evidence_[verdict.block - 1]);
  return out;
}

}  // namespace hagaki::rules
