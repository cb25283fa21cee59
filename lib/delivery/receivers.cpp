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
/// Times in a row that their file may be in use.
constexpr int kMostUnheard = 12;

}  // namespace

rules::Moment Engine::moment() const {
  return {loop_.now(), hagaki::now()};
}

/// What an answer means for the others of its receiver. It may say nothing of this recipient: then
/// the event is `deferred`.
void Engine::heed(const Item& item, records::DeliveryEvent& event) {
  const Lane* lane = item.lanes.empty() ? nullptr : item.lanes[item.lane].get();
  const auto& receiver = lane ? lane->group->name : item.recipient.address.domain().ascii();
  const auto ruling = watches_->heard(receiver, event, moment());
  if (lane && ruling.paced) {
    obey(*lane->group);
    see_to_held_relays();
  }
  if (ruling.defer && event.kind == Kind::Failed) {
    event.kind = Kind::Deferred;
    event.hard = false;
  }
  if (ruling.stop) stop_soon("too many dead addresses");
}

/// The same of a reply to a session, which is nobody's outcome.
void Engine::heed_session(Lane& lane, const smtp::Reply& reply) {
  const std::string status = reply.status ? reply.status->text() : "";
  const auto verdict = reason::Rules::embedded().judge({.code = reply.code,
                                                        .status = status,
                                                        .text = reply.text,
                                                        .phase = {},
                                                        .host = lane.server.host});
  using Outcome = rules::Observation::Outcome;
  const rules::Observation seen{
      moment(),       reply.code >= 500 ? Outcome::Failed : Outcome::Deferred,
      verdict.reason, reply.code,
      status,         reply.text};
  if (!watches_->heard(lane.group->name, seen).paced) return;
  obey(*lane.group);
  see_to_held_relays();
}

/// Before anybody is sent to it: the first time it is treated as earlier runs left it.
void Engine::meet(Group& group) {
  if (!std::exchange(group.met, true)) obey(group);
}

/// Treats a receiver as its answers ask for.
void Engine::obey(Group& group) {
  const auto at = moment();
  const auto pace = watches_->pace(group.name, at);
  group.pace = pace;
  group.pace_gate.follow(pace);
  group.quiet_until = pace.pause_until;
  const auto until = watches_->held_until(group.name, at);
  if (until) group.quiet_until = std::max(group.quiet_until, at.now + (*until - at.time));
  group.held = until.has_value();
  group.blocked = group.held && watches_->refuses_us(group.name, at);
}

/// Other relays take over from those that refuse all our mail. Where there are none, somebody has
/// to do something about it.
void Engine::see_to_held_relays() {
  if (options_.relays.empty()) return;
  const Lane* free = nullptr;
  const Lane* held = nullptr;
  for (const auto& [key, lane] : routes_.lanes()) {
    if (!lane->is_relay) continue;
    (lane->group->held ? held : free) = lane.get();
    if (!lane->group->held) continue;
    for (Item* item : lane->queue.take_all()) {
      item->lane = 0;
      place(*item);
      Lane& next = *item->lanes[item->lane];
      next.queue.push(*item);
      touch(next);
    }
    touch(*lane);
  }
  if (free || !held || routes_.go_direct()) return;
  giving_up_ = true;
  stop_soon(fmt::format("no relay takes our mail: all mail for {} is held, see the notice about it",
                        held->group->name));
}

/// Hears what other processes found out and people decided, and writes what this one did.
void Engine::listen() {
  if (loop_.now() < next_listen_) return;
  next_listen_ = loop_.now() + kListen;
  const auto changed = watches_->tick(moment());
  if (!changed) {
    // Another process may be at it for a while.
    const bool busy = changed.error().code == ErrorCode::Retry && ++times_unheard_ < kMostUnheard;
    if (!busy) stop_soon(changed.error().text());
    return;
  }
  times_unheard_ = 0;
  if (changed->empty()) return;
  const auto concerned = [&changed](const Group& group) {
    return changed->contains(group.name) ||
           changed->contains(std::string(rules::parse_watched(group.name).receiver));
  };
  for (const auto& [name, group] : groups_.all()) {
    if (!group->receiver && !group->by_relay && concerned(*group)) obey(*group);
  }
  for (const auto& [key, lane] : routes_.lanes()) {
    if (lane->is_relay && concerned(*lane->group)) obey(*lane->group);
  }
  see_to_held_relays();
}

}  // namespace hagaki::delivery
