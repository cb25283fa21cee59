#include <algorithm>
#include <utility>

#include "delivery/engine.h"

namespace hagaki::delivery {
namespace {

using std::chrono::milliseconds;

/// Items of a group that is shut, in memory at most: enough to begin with when it opens.
constexpr std::size_t kAtHand = 256;

}  // namespace

/// Whether the item, who is among those of its group in memory, has to make room for others.
bool Engine::must_step_aside(const Item& item) const {
  const Group& group = *item.group;
  if (item.was_aside) return false;
  if (group.backlog.count > 0) return true;  // behind those who came earlier
  const bool crowded = items_.size() >= options_.window / 2;
  if (group.is_shut(loop_.now())) return crowded || group.in_memory > kAtHand;
  // There are sessions for others, and this receiver does not keep up.
  return crowded && sessions_ < options_.connections && group.in_memory > options_.window / 16;
}

/// Whether a group of the backlog can have one more in memory.
bool Engine::has_room(const Group& group) const {
  const auto now = loop_.now();
  if (items_.size() >= options_.window) return false;
  if (!group.ways.empty()) return has_way(group);
  if (takes_detour(group)) return routes_.stand_in()->has_room(now, group.in_memory);
  const bool elsewhere = options_.next_source && group.is_held();
  if (group.is_shut(now) && !elsewhere) return false;
  return group.in_memory < kAtHand / 2;
}

/// Whether the relay whose turn it is among those that somebody waits for can do with one more.
bool Engine::has_way(const Group& queue) const {
  const auto now = loop_.now();
  const auto room = [&](const Lane& lane) { return lane.has_room(now, queue.in_memory); };
  if (!queue.fleet) {
    const auto first = std::find_if(queue.ways.begin(), queue.ways.end(),
                                    [now](const Lane* way) { return way->lets_through(now); });
    return first != queue.ways.end() && room(**first);
  }
  // From which of our addresses one goes out is not for the weights to say.
  for (const auto& ship : Routes::order(*queue.fleet)) {
    for (const Lane* way : queue.ways) {
      if (way->place == ship->place && way->lets_through(now)) return room(*way);
    }
  }
  return false;
}

/// Chooses the first of its relays that lets mail through. False where that has no room.
bool Engine::find_room(Item& item) const {
  const auto now = loop_.now();
  const auto first = std::find_if(item.lanes.begin(), item.lanes.end(),
                                  [now](const auto& lane) { return lane->lets_through(now); });
  if (first == item.lanes.end() || !(*first)->has_room(now)) return false;
  item.lane = static_cast<std::size_t>(first - item.lanes.begin());
  return true;
}

/// Leaves memory for the backlog of `group`: its own, or that of relays.
void Engine::step_aside(Item& item, const std::shared_ptr<Group>& group) {
  unplanned_.erase(item.recipient.address.key());
  if (item.first) ledger_.plan(item);
  if (group->backlog.count == 0) backlogged_.push_back(group);
  const auto kept = waiting_.wait_for(*group, guest_of(item));
  drop(item);
  if (!kept) cannot_wait(kept.error());
}

/// Brings in those of groups that have room for them. Who is called does not go back behind the
/// others, so that each of them is called once.
void Engine::take_backlog() {
  if (stopping_ || ending_) return;
  for (std::size_t i = 0; i < backlogged_.size();) {
    const auto group = backlogged_[i];
    while (group->backlog.count > 0 && has_room(*group)) {
      const auto before = group->backlog.count;
      auto guest = waiting_.next_of(*group);
      if (!guest) return cannot_wait(guest.error());
      if (!*guest) break;
      Item& item = item_of(std::move(**guest));
      item.was_aside = true;
      join(item, group);  // counted while DNS is asked
      route(item);
      if (group->backlog.count >= before) break;  // he is back already
    }
    if (group->backlog.count > 0) {
      ++i;
    } else {
      backlogged_.erase(backlogged_.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
}

Guest Engine::guest_of(Item& item) {
  Guest guest{item.recipient};
  guest.id = item.id;
  guest.attempt = item.attempt;
  guest.tries = item.tries;
  guest.first_at = item.first_at;
  return guest;
}

/// An item again, as it was.
Item& Engine::item_of(Guest guest) {
  const auto id = guest.id;
  auto item = std::make_unique<Item>(id, std::move(guest.recipient));
  item->first = false;
  item->attempt = guest.attempt;
  item->tries = guest.tries;
  item->first_at = guest.first_at;
  return *items_.emplace(id, std::move(item)).first->second;
}

void Engine::come_back(Guest guest) {
  Item& item = item_of(std::move(guest));
  if (!is_expired(item)) return route(item);
  give_up(item);
}

/// The item is gone afterwards.
void Engine::wait_for_retry(Item& item, milliseconds wait) {
  Guest guest = guest_of(item);
  ++guest.attempt;
  drop(item);
  wait_until(loop_.now() + wait, std::move(guest));
}

void Engine::wait_until(milliseconds due, Guest guest) {
  const auto before = waiting_.earliest();
  if (auto kept = waiting_.wait_until(due, std::move(guest)); !kept) {
    ++summary_.deferred;
    return cannot_wait(kept.error());
  }
  if (waiting_.earliest() != before) arm_retry_timer();
}

/// Those whose time has come, as many as memory has room for: the others as room is made.
void Engine::take_due() {
  if (stopping_ || ending_) return;
  bool any = false;
  while (items_.size() < options_.window) {
    auto guest = waiting_.next_due(loop_.now());
    if (!guest) return cannot_wait(guest.error());
    if (!*guest) break;
    any = true;
    come_back(std::move(**guest));
  }
  if (any) arm_retry_timer();
}

void Engine::arm_retry_timer() {
  const auto earliest = waiting_.earliest();
  if (!earliest || stopping_) return retry_timer_.stop();
  const auto now = loop_.now();
  if (*earliest <= now && items_.size() >= options_.window) return retry_timer_.stop();
  retry_timer_.start(std::max(*earliest - now, milliseconds{1}), [this] { fill(); });
}

void Engine::cannot_wait(const Error& error) {
  stop_soon(error.text());
}

}  // namespace hagaki::delivery
