#include <algorithm>
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
  wake_at(window_shut_until_);
  return false;
}

/// Takes a place in the limits of this group alone. False: not now, and is_shut() says until when.
bool Engine::take_place(Group& group) {
  const auto now = loop_.now();
  if (group.is_shut(now)) return false;
  const auto wait = Throttle::take({group.throttle.get()}, {now, hagaki::now()});
  if (!wait) {
    stop(wait.error().text());
    return false;
  }
  if (*wait == milliseconds{0}) return true;
  group.shut_until = now + *wait;
  wake_at(group.shut_until);
  return false;
}

/// Whether the relay takes one more now, which has its place then. An MX is limited by the group of
/// its recipients.
bool Engine::lane_may_go(Lane& lane) {
  return window_is_open() && (!lane.is_relay || take_place(*lane.group));
}

bool Engine::may_go(Group& group) {
  return take_place(group);
}

/// Before its message goes through a lane that it was not meant for when it got its place.
bool Engine::count_in(Item& item, Lane& lane) {
  if (item.counted == &lane || !lane.is_relay) return true;
  if (!take_place(*lane.group)) return false;
  if (item.counted) item.counted->group->throttle->put_back();
  item.counted = &lane;
  return true;
}

/// This try did not come to sending a message.
void Engine::count_out(Item& item) {
  if (!item.counted) return;
  if (item.counted->is_relay) item.counted->group->throttle->put_back();
  if (item.group) item.group->throttle->put_back();
  item.counted = nullptr;
}

void Engine::wake_at(milliseconds when) {
  if (gate_timer_.active() && gate_due_ <= when) return;
  gate_due_ = when;
  gate_timer_.start(std::max(when - loop_.now(), milliseconds{1}), [this] { wake_lanes(); });
}

void Engine::wake_lanes() {
  for (const auto& [key, lane] : routes_.lanes()) {
    if (!lane->has_work()) continue;
    lane->queue.reopen();
    touch(*lane);
  }
  serve_touched();
  fill();
}

}  // namespace hagaki::delivery
