#include <algorithm>
#include <iterator>
#include <utility>

#include "delivery/engine.h"

namespace hagaki::delivery {

using std::chrono::milliseconds;

namespace {

/// Engine::tick() asks all again so often.
constexpr milliseconds kTick{100};

}  // namespace

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
  // From each of our addresses it may be another.
  (relay ? relay : own)->follow(lane.group->pace);
  const Throttle::Moment at{now, hagaki::now()};
  const auto answer =
      relay ? Throttle::take({relay, own}, at, places) : Throttle::take({own}, at, places);
  if (!answer) {
    stop_soon(answer.error().text());
    return Turn::Nobody;
  }
  if (!answer->by) return Turn::Go;
  const bool nobody = answer->by == relay;
  wake_at(now + answer->wait, lane, nobody ? nullptr : &group);
  return nobody ? Turn::Nobody : Turn::Later;
}

/// Before its message goes through a lane that it was not meant for when it was let go.
bool Engine::count_in(Item& item, Lane& lane) {
  if (item.counted == &lane) return true;
  if (!item.counted || item.counted->source != lane.source) {
    store::Allowance::Place place;
    if (!source_may_go(lane, place)) return false;
    if (item.counted) put_back_source(*item.counted, item.source_place);
    item.source_place = std::move(place);
    if (!lane.is_relay) item.counted = &lane;
  }
  if (!lane.is_relay) return true;
  const auto now = loop_.now();
  if (now < lane.group->rests_until()) return false;
  Throttle::Places places;
  const auto answer = Throttle::take({lane.group->throttle.get()}, {now, hagaki::now()}, places);
  if (!answer) {
    stop_soon(answer.error().text());
    return false;
  }
  if (answer->by) {
    wake_at(now + answer->wait, lane, nullptr);
    return false;
  }
  if (item.counted) {
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
