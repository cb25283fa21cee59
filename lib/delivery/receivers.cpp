#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "delivery/engine.h"
#include "rules/receiver_table.h"

namespace hagaki::delivery {
namespace {

using std::chrono::milliseconds;

/// A loop's time for a calendar's.
milliseconds loop_time(Timestamp when, Timestamp clock, milliseconds now) {
  return now + std::max(when - clock, milliseconds{0});
}

std::optional<rules::Observation::Outcome> outcome_of(Kind kind) {
  using Outcome = rules::Observation::Outcome;
  switch (kind) {
    case Kind::Delivered:
      return Outcome::Delivered;
    case Kind::Deferred:
      return Outcome::Deferred;
    case Kind::Failed:
      return Outcome::Failed;
    case Kind::Held:
    case Kind::Skipped:
    case Kind::Uncertain:
      break;
  }
  return std::nullopt;
}

}  // namespace

rules::ReceiverWatch& Engine::watch_of(Group& group) {
  if (group.watch) return *group.watch;
  rules::ReceiverWatch::Settings settings;
  settings.sessions = group.throttle->sessions(options_.connections);
  settings.many_customers = rules::has_many_customers(group.name);
  settings.pause = options_.host_pause;
  rules::ReceiverWatch::Past past;
  if (options_.receivers) {
    auto known = options_.receivers->past(group.name, options_.campaign);
    if (known) past = std::move(*known);
  }
  group.watch.emplace(settings, std::move(past));
  return *group.watch;
}

/// What an answer means for the others. It may say nothing of this recipient: then the event is
/// `deferred`.
void Engine::heed(Lane& lane, records::DeliveryEvent& event) {
  const auto outcome = outcome_of(event.kind);
  if (!outcome || event.said_by != "remote") return;
  const rules::Observation seen{
      {loop_.now(), event.time}, *outcome, event.reason, event.code, event.status,
      event.diagnostic};
  Group& group = *lane.group;
  const auto advice = watch_of(group).observe(seen);
  obey(group, seen, advice);
  if (lane.is_relay && group.held) relay_held(lane, event);
  if (advice.defer && event.kind == Kind::Failed) {
    event.kind = Kind::Deferred;
    event.hard = false;
  }
}

/// Other relays take over; where there are none, somebody has to do something about it.
void Engine::relay_held(Lane& lane, const records::DeliveryEvent& event) {
  const auto now = loop_.now();
  if (lane.down(now)) return;
  lane.failures = std::max(lane.failures, 1);
  lane.failing_since = now;
  lane.paused_until = lane.group->shut_until;
  const auto& lanes = routes_.lanes();
  if (std::all_of(lanes.begin(), lanes.end(),
                  [](const auto& entry) { return entry.second->group->held; })) {
    giving_up_ = true;
    return stop(fmt::format("no relay takes our mail: {}: {} {}", lane.server.host, event.code,
                            event.diagnostic));
  }
  touch(lane);
}

/// The same of a 421 that is nobody's outcome.
void Engine::heed_slow_down(Lane& lane, const smtp::Reply& reply) {
  const std::string status = reply.status ? reply.status->text() : "";
  const rules::Observation seen{{loop_.now(), hagaki::now()},
                                rules::Observation::Outcome::Deferred,
                                {},
                                reply.code,
                                status,
                                reply.text};
  obey(*lane.group, seen, watch_of(*lane.group).observe(seen));
}

void Engine::obey(Group& group, const rules::Observation& seen, const rules::Advice& advice) {
  using What = rules::Advice::What;
  if (advice.what == What::Nothing) return;
  group.throttle->follow(advice.pace);
  group.most_sessions = advice.pace.sessions;
  group.shut_until = std::max(group.shut_until, advice.pace.pause_until);
  if (advice.what == What::Slower && advice.tell) tell(notices_.slowed(group.name, seen));
  if (advice.what != What::Hold) return;
  const auto* hold = group.watch->hold(seen.at);
  if (!hold) return;
  group.held = true;
  group.shut_until = std::max(group.shut_until, loop_time(hold->until, seen.at.time, seen.at.now));
  tell(notices_.held(group.name, *hold));
  if (options_.receivers) options_.receivers->hold(group.name, options_.campaign, *hold);
}

void Engine::count_answer(const Group& group, const records::DeliveryEvent& event) {
  if (event.kind != Kind::Delivered && event.kind != Kind::Failed) return;
  const bool accepted = event.kind == Kind::Delivered;
  const bool unknown = event.reason == "userunknown";
  if (options_.receivers && (accepted || unknown)) {
    options_.receivers->count(group.name, accepted ? 1 : 0, unknown ? 1 : 0, event.time);
  }
  const bool dead = !accepted && event.hard.value_or(false);
  if (!bounces_.count(group.name, dead, event.diagnostic)) return;
  summary_.too_many_bounces = true;
  tell(notices_.stopped(bounces_, event.time));
  stop("too many dead addresses");
}

void Engine::tell(const records::Notice& notice) {
  ledger_.note(notice);
}

/// Takes over what other processes found out and people decided, and begins carefully where a hold
/// is over. Called with each tick; it does its work once a second.
void Engine::look_at_holds() {
  constexpr milliseconds kEvery{1'000};
  const auto now = loop_.now();
  if (now < next_look_) return;
  next_look_ = now + kEvery;
  const rules::Moment at{now, hagaki::now()};
  if (options_.receivers) (void)options_.receivers->flush();
  const auto look = [&](Group& group) {
    if (!group.watch) return;
    const bool was_held = group.held;
    group.held = group.watch->hold(at) != nullptr;
    if (was_held && !group.held) {
      tell(notices_.released(group.name, at.time));
      group.shut_until = now;
    }
    const auto pace = group.watch->pace(at);
    group.throttle->follow(pace);
    group.most_sessions = pace.sessions;
  };
  for (const auto& [name, group] : groups_.all()) look(*group);
  for (const auto& [key, lane] : routes_.lanes()) {
    if (lane->is_relay) look(*lane->group);
  }
}

}  // namespace hagaki::delivery
