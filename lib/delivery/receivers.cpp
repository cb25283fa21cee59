#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "delivery/engine.h"
#include "reason/judge.h"

namespace hagaki::delivery {
namespace {

using std::chrono::milliseconds;

/// How often the other processes of the folder are heard.
constexpr milliseconds kListen{1'000};

}  // namespace

rules::Moment Engine::moment() const {
  return {loop_.now(), hagaki::now()};
}

/// What an answer means for the others of its receiver. It may say nothing of this recipient: then
/// the event is `deferred`.
void Engine::heed(Lane& lane, records::DeliveryEvent& event) {
  Group& group = *lane.group;
  const auto ruling = watches_->heard(group.name, event, moment());
  if (ruling.paced) obey(group);
  if (lane.is_relay && group.held) relay_held(lane, event);
  if (ruling.defer && event.kind == Kind::Failed) {
    event.kind = Kind::Deferred;
    event.hard = false;
  }
  if (ruling.stop) stop("too many dead addresses");
}

/// The same of a 421 that is nobody's outcome.
void Engine::heed_slow_down(Lane& lane, const smtp::Reply& reply) {
  const std::string status = reply.status ? reply.status->text() : "";
  const auto verdict = reason::Rules::embedded().judge({.code = reply.code,
                                                        .status = status,
                                                        .text = reply.text,
                                                        .phase = {},
                                                        .host = lane.server.host});
  const rules::Observation seen{moment(),       rules::Observation::Outcome::Deferred,
                                verdict.reason, reply.code,
                                status,         reply.text};
  if (watches_->heard(lane.group->name, seen).paced) obey(*lane.group);
}

/// Treats a receiver as its answers ask for; of one that is met for the first time, as earlier runs
/// left it.
void Engine::obey(Group& group) {
  const auto at = moment();
  const auto pace = watches_->pace(group.name, group.throttle->sessions(options_.connections), at);
  group.throttle->follow(pace);
  group.most_sessions = pace.sessions;
  group.shut_until = std::max(group.shut_until, pace.pause_until);
  const auto until = watches_->held_until(group.name, at);
  if (until) {
    group.shut_until = std::max(group.shut_until, at.now + (*until - at.time));
  } else if (group.held) {
    group.shut_until = std::max(pace.pause_until, at.now);
  }
  group.held = until.has_value();
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

/// Hears what other processes found out and people decided, and writes what this one did.
void Engine::listen() {
  if (loop_.now() < next_listen_) return;
  next_listen_ = loop_.now() + kListen;
  const auto changed = watches_->tick(moment());
  if (!changed) return stop(changed.error().text());
  for (const auto& name : *changed) {
    if (const auto it = groups_.all().find(name); it != groups_.all().end()) obey(*it->second);
    for (const auto& [key, lane] : routes_.lanes()) {
      if (lane->is_relay && lane->group->name == name) obey(*lane->group);
    }
  }
  // Who was slowed down is sent to faster again in quiet times.
  for (const auto& [name, group] : groups_.all()) {
    if (group->sessions > 0) obey(*group);
  }
}

}  // namespace hagaki::delivery
