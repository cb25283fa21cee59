#include <algorithm>
#include <iterator>
#include <utility>

#include "delivery/engine.h"

namespace hagaki::delivery {

using std::chrono::milliseconds;

bool Engine::window_is_open() {
  const auto now = loop_.now();
  if (now < window_shut_until_) return false;
  const auto wait = throttles_->shut(hagaki::now());
  if (wait <= milliseconds{0}) return true;
  window_shut_until_ = now + wait;
  return false;
}

/// Whether one of this group may go through this lane now; its places in the quotas are in `places`
/// then. A receiver's pace holds for all whose mail it takes, whatever table limits them. A relay's
/// limits hold besides those of its recipients' receivers.
Turn Engine::turn(Lane& lane, Group& group, Throttle::Places& places) {
  const auto now = loop_.now();
  if (now < lane.group->rests_until()) return Turn::Nobody;
  if (now < group.rests_until()) return Turn::Later;
  Throttle* const own = group.throttle.get();
  Throttle* const relay = lane.is_relay ? lane.group->throttle.get() : nullptr;
  // What a receiver asks us for does not slow down what comes to it through a relay.
  Group& paced = relay ? *lane.group : group;
  paced.pace_gate.follow(lane.group->pace);
  if (const auto wait = paced.pace_gate.ask(now); wait > milliseconds{0}) {
    wake_at(now + wait, lane, relay ? nullptr : &group);
    return relay ? Turn::Nobody : Turn::Later;
  }
  const Throttle::Moment at{now, hagaki::now()};
  const auto answer =
      relay ? Throttle::take({relay, own}, at, places) : Throttle::take({own}, at, places);
  if (!answer) {
    stop_soon(answer.error().text());
    return Turn::Nobody;
  }
  if (!answer->by) {
    paced.pace_gate.take(now);
    return Turn::Go;
  }
  const bool nobody = answer->by == relay;
  wake_at(now + answer->wait, lane, nobody ? nullptr : &group);
  return nobody ? Turn::Nobody : Turn::Later;
}

/// Places in the limits of a relay.
bool Engine::take_of_relay(Lane& lane, Throttle::Places& places) {
  const auto now = loop_.now();
  if (now < lane.group->rests_until()) return false;
  if (const auto wait = lane.group->pace_gate.ask(now); wait > milliseconds{0}) {
    wake_at(now + wait, lane, nullptr);
    return false;
  }
  const auto answer = Throttle::take({lane.group->throttle.get()}, {now, hagaki::now()}, places);
  if (!answer) {
    stop_soon(answer.error().text());
    return false;
  }
  if (!answer->by) {
    lane.group->pace_gate.take(now);
    return true;
  }
  wake_at(now + answer->wait, lane, nullptr);
  return false;
}

/// Before its message goes through a lane that it was not meant for when it was let go.
bool Engine::count_in(Item& item, Lane& lane) {
  if (item.counted == &lane) return true;
  Throttle::Places places;
  if (lane.is_relay && !take_of_relay(lane, places)) return false;
  if (!item.counted || item.counted->source != lane.source) {
    store::Allowance::Place place;
    if (!source_may_go(lane, place)) {
      Throttle::put_back(places);
      return false;
    }
    if (item.counted) put_back_source(*item.counted, item.source_place);
    item.source_place = std::move(place);
  }
  if (lane.is_relay && item.counted) {
    const auto of_the_other = [&](const Throttle::Place& place) {
      return place.of == item.counted->group->throttle;
    };
    const auto it = std::find_if(item.places.begin(), item.places.end(), of_the_other);
    if (it != item.places.end()) {
      Throttle::Places left{std::move(*it)};
      item.places.erase(it);
      if (Throttle::put_back(left)) touch(*item.counted);
    }
  }
  std::move(places.begin(), places.end(), std::back_inserter(item.places));
  item.counted = &lane;
  return true;
}

/// This try did not come to sending a message.
void Engine::count_out(Item& item) {
  if (item.counted) put_back_source(*item.counted, item.source_place);
  may_go_now(item, Throttle::put_back(item.places));
}

void Engine::count_sent(Item& item) {
  item.source_place.reset();
  may_go_now(item, Throttle::spend(item.places));
}

/// Its places are free. Those who wait for them elsewhere ask with the next tick().
void Engine::may_go_now(Item& item, bool wanted) {
  Lane* const lane = std::exchange(item.counted, nullptr);
  if (!wanted || !lane) return;
  lane->queue.reopen(item.group.get());
  touch(*lane);
}

/// Asks those of `group` again who wait for `lane`, or all; tick() does in any case.
void Engine::wake_at(milliseconds when, Lane& lane, Group* group) {
  if (when - loop_.now() > kTick) return;
  const auto before = alarms_.next();
  alarms_.set({when, lane.weak_from_this(), group});
  if (!before || when < *before) arm_gate_timer();
}

void Engine::arm_gate_timer() {
  const auto next = alarms_.next();
  if (!next) return;
  gate_timer_.start(std::max(*next - loop_.now(), milliseconds{1}), [this] { wake_due(); });
}

void Engine::wake_due() {
  while (const auto alarm = alarms_.take(loop_.now())) {
    const auto lane = alarm->lane.lock();
    if (!lane) continue;
    if (alarm->group) lane->queue.reopen(alarm->group);
    touch(*lane);
  }
  serve_touched();
  fill();
  arm_gate_timer();
}

}  // namespace hagaki::delivery
