#include "delivery/watches.h"

#include <algorithm>
#include <utility>

#include "reason/judge.h"
#include "rules/receiver_table.h"
#include "rules/watched.h"

namespace hagaki::delivery {
namespace {

using Kind = records::DeliveryEvent::Kind;
using rules::Advice;
using rules::Moment;
using rules::Observation;

// Receivers of whom nothing is to be remembered go after this time, where there are more.
constexpr std::size_t kRemembered = 1000;
constexpr std::chrono::minutes kForgotten{1};

/// Of an event that a server's reply made.
Observation observation(const records::DeliveryEvent& event, const Moment& at) {
  Observation seen;
  seen.at = at;
  seen.outcome = event.kind == Kind::Delivered ? Observation::Outcome::Delivered
                 : event.kind == Kind::Failed  ? Observation::Outcome::Failed
                                               : Observation::Outcome::Deferred;
  seen.reason = event.reason;
  seen.code = event.code;
  seen.status = event.status;
  seen.text = event.diagnostic;
  return seen;
}

}  // namespace

Result<Watches> Watches::open(Settings settings, Tell tell) {
  Watches out(std::move(settings), std::move(tell));
  if (!out.settings_.file.empty()) {
    auto store = store::Receivers::open(out.settings_.file);
    if (!store) return tl::unexpected<Error>(store.error());
    out.store_.emplace(std::move(*store));
  }
  return out;
}

Watches::Entry& Watches::entry(const std::string& receiver, const Moment& at) {
  auto found = entries_.find(receiver);
  if (found == entries_.end()) {
    rules::ReceiverWatch::Past past;
    if (store_) {
      auto known = store_->past(receiver, settings_.campaign);
      if (known) {
        past = std::move(*known);
      } else {
        trouble_ = known.error();
      }
    }
    auto each = settings_.each;
    each.many_customers = rules::has_many_customers(rules::parse_watched(receiver).receiver);
    found = entries_.try_emplace(receiver, rules::ReceiverWatch(each, std::move(past))).first;
  }
  found->second.asked = at.now;
  return found->second;
}

/// Notes what changed, and tells of a hold that began or ended without an answer to us.
void Watches::settle(const std::string& receiver, Entry& entry, const Moment& at) {
  const auto pace = entry.watch.pace(at);  // rises with time
  if (pace.factor != entry.factor || pace.share != entry.share ||
      pace.pause_until != entry.pause_until) {
    entry.changed = true;
  }
  entry.factor = pace.factor;
  entry.share = pace.share;
  entry.pause_until = pace.pause_until;
  const auto* hold = entry.watch.hold(at);
  const bool held = hold != nullptr;
  if (held == entry.held) return;
  entry.held = held;
  entry.changed = true;
  const auto relay = held && settings_.detour ? settings_.detour(receiver) : std::string();
  tell_(held ? notices_.held(receiver, *hold, relay) : notices_.released(receiver, at.time));
}

Watches::Ruling Watches::heard(const std::string& name, const records::DeliveryEvent& event,
                               const Moment& at) {
  const bool delivered = event.kind == Kind::Delivered;
  const bool failed = event.kind == Kind::Failed;
  Ruling ruling;
  if (delivered || (event.said_by == "remote" && (failed || event.kind == Kind::Deferred))) {
    ruling = heard(name, observation(event, at));
  }
  if (!delivered && (!failed || ruling.defer)) return ruling;
  const std::string receiver(rules::parse_watched(name).receiver);
  if (bounces_.count(receiver, failed && event.hard.value_or(false), event.diagnostic)) {
    ruling.stop = true;
    tell_(notices_.stopped(bounces_, at.time));
  }
  return ruling;
}

Watches::Ruling Watches::heard(const std::string& name, const Observation& seen) {
  const auto parts = rules::parse_watched(name);
  if (parts.source.empty()) return observe(name, seen);
  const auto sense = rules::sense_of(seen);
  Ruling ruling;
  if (rules::concerns_source(sense)) ruling = observe(name, seen);
  if (rules::concerns_all(sense)) {
    const auto all = observe(std::string(parts.receiver), seen);
    ruling.defer = ruling.defer || all.defer;
    ruling.paced = ruling.paced || all.paced;
  }
  return ruling;
}

Watches::Ruling Watches::observe(const std::string& receiver, const Observation& seen) {
  auto& entry = this->entry(receiver, seen.at);
  settle(receiver, entry, seen.at);
  const auto sense = rules::sense_of(seen);
  if (sense == rules::ReplySense::Accepted) ++entry.accepted;
  if (sense == rules::ReplySense::Unknown) ++entry.unknown;
  const auto advice = entry.watch.observe(seen);
  if (advice.what == Advice::What::Hold) {
    if (store_) store_->hold(receiver, settings_.campaign, *entry.watch.hold(seen.at));
    settle(receiver, entry, seen.at);
  } else if (advice.what == Advice::What::Slower && advice.tell) {
    tell_(notices_.slowed(receiver, seen));
  }
  return {advice.defer, advice.what != Advice::What::Nothing, false};
}

void Watches::count_earlier(const std::vector<store::Ended>& ended) {
  std::uint64_t recipients = 0;
  std::uint64_t dead = 0;
  for (const auto& some : ended) {
    const bool failed = some.event == records::kind_name(Kind::Failed);
    if (!failed && some.event != records::kind_name(Kind::Delivered)) continue;
    recipients += some.recipients;
    if (failed && reason::is_hard(some.reason)) dead += some.recipients;
  }
  bounces_.count_earlier(recipients, dead);
}

rules::Pace Watches::pace(const std::string& name, const Moment& at) {
  auto pace = entry(name, at).watch.pace(at);
  if (const auto parts = rules::parse_watched(name); !parts.source.empty()) {
    const auto all = entry(std::string(parts.receiver), at).watch.pace(at);
    pace.factor = std::min(pace.factor, all.factor);
    pace.share = std::min(pace.share, all.share);
    pace.pause_until = std::max(pace.pause_until, all.pause_until);
  }
  return pace;
}

std::optional<Timestamp> Watches::held_until(const std::string& name, const Moment& at) {
  auto& entry = this->entry(name, at);
  settle(name, entry, at);
  std::optional<Timestamp> until;
  if (const auto* hold = entry.watch.hold(at)) until = hold->until;
  if (const auto parts = rules::parse_watched(name); !parts.source.empty()) {
    until = std::max(until, held_until(std::string(parts.receiver), at));
  }
  return until;
}

bool Watches::refuses_us(const std::string& name, const Moment& at) {
  const auto* hold = entry(name, at).watch.hold(at);
  if (hold && hold->kind == rules::HoldKind::Blocked) return true;
  const auto parts = rules::parse_watched(name);
  return !parts.source.empty() && refuses_us(std::string(parts.receiver), at);
}

/// What the file says of those that are watched and held, here or there.
Result<void> Watches::take_over(const Moment& at) {
  const auto changed = store_->changed();
  if (!changed) return tl::unexpected<Error>(changed.error());
  if (!*changed) return {};
  const auto held = store_->held(at.time);
  if (!held) return tl::unexpected<Error>(held.error());
  std::unordered_map<std::string_view, const rules::Hold*> lasting;
  for (const auto& row : *held) {
    if (!row.campaign.empty() && row.campaign != settings_.campaign) continue;
    lasting.emplace(row.receiver, &row.hold);
  }
  for (auto& [receiver, entry] : entries_) {
    const auto found = lasting.find(receiver);
    if (found != lasting.end()) {
      if (entry.watch.hold(at) == nullptr) entry.watch.take_over(*found->second);
    } else {
      entry.watch.release(at);
    }
  }
  return {};
}

Result<std::unordered_set<std::string>> Watches::tick(const Moment& at) {
  std::optional<Error> trouble = std::exchange(trouble_, std::nullopt);
  if (store_) {
    for (auto& [receiver, entry] : entries_) {
      if (entry.accepted == 0 && entry.unknown == 0) continue;
      store_->count(receiver, std::exchange(entry.accepted, 0), std::exchange(entry.unknown, 0),
                    at.time);
    }
    // What is held here must be in the file before the file is gone by.
    auto done = store_->flush();
    if (done) done = take_over(at);
    if (!done) trouble = done.error();
  }
  if (trouble) return tl::unexpected<Error>(std::move(*trouble));
  std::unordered_set<std::string> changed;
  for (auto& [receiver, entry] : entries_) {
    settle(receiver, entry, at);
    if (std::exchange(entry.changed, false)) changed.insert(receiver);
  }
  if (entries_.size() > kRemembered) {
    std::erase_if(entries_, [&](const auto& row) {
      return row.second.watch.at_ease() && at.now - row.second.asked >= kForgotten;
    });
  }
  return changed;
}

}  // namespace hagaki::delivery
