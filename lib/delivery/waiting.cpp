#include <algorithm>
#include <utility>

#include "delivery/engine.h"

namespace hagaki::delivery {
namespace {

using std::chrono::milliseconds;

/// Items of a group that is shut, in memory at most: enough to begin with when it opens.
constexpr std::size_t kAtHand = 256;

}  // namespace

/// Whether one more of the group has to make room for those of others.
bool Engine::must_step_aside(const Group& group) const {
  if (group.backlog.count > 0) return true;  // behind those who came earlier
  if (!group.is_shut(loop_.now())) return false;
  return group.in_memory > kAtHand || items_.size() >= options_.window / 2;
}

void Engine::step_aside(Item& item) {
  const auto group = item.group;
  unplanned_.erase(item.recipient.address.key());
  if (item.first) ledger_.plan(item);
  if (group->backlog.count == 0) backlogged_.push_back(group);
  const auto kept = waiting_.wait_for(*group, guest_of(item));
  drop(item);
  if (!kept) cannot_wait(kept.error());
}

/// Brings in those of groups that have room for them.
void Engine::take_backlog() {
  const auto now = loop_.now();
  std::erase_if(backlogged_, [this, now](const std::shared_ptr<Group>& group) {
    while (!group->is_shut(now) && group->in_memory < kAtHand / 2 &&
           items_.size() < options_.window) {
      auto guest = waiting_.next_of(*group);
      if (!guest) {
        cannot_wait(guest.error());
        return false;
      }
      if (!*guest) return true;
      come_back(std::move(**guest));
    }
    return false;
  });
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
Item& Engine::adopt(Guest guest) {
  const auto id = guest.id;
  auto item = std::make_unique<Item>(id, std::move(guest.recipient));
  item->first = false;
  item->attempt = guest.attempt;
  item->tries = guest.tries;
  item->first_at = guest.first_at;
  return *items_.emplace(id, std::move(item)).first->second;
}

void Engine::come_back(Guest guest) {
  route(adopt(std::move(guest)));
}

/// The item is gone afterwards.
void Engine::wait_for_retry(Item& item, milliseconds wait) {
  Guest guest = guest_of(item);
  ++guest.attempt;
  drop(item);
  wait_until(loop_.now() + wait, std::move(guest));
}

void Engine::wait_until(milliseconds due, Guest guest) {
  if (auto kept = waiting_.wait_until(due, std::move(guest)); !kept) {
    ++summary_.deferred;
    return cannot_wait(kept.error());
  }
  if (waiting_.earliest() == due) arm_retry_timer();
}

/// As many as memory has room for; the others with the next tick.
void Engine::wake_waiting() {
  while (items_.size() < options_.window && !stopping_) {
    auto guest = waiting_.next_due(loop_.now());
    if (!guest) return cannot_wait(guest.error());
    if (!*guest) break;
    come_back(std::move(**guest));
  }
  serve_touched();
  arm_retry_timer();
}

void Engine::arm_retry_timer() {
  const auto earliest = waiting_.earliest();
  if (!earliest || stopping_) return retry_timer_.stop();
  // Not at once where memory was full.
  constexpr milliseconds kNotSooner{1};
  const auto wait = std::max(*earliest - loop_.now(), kNotSooner);
  retry_timer_.start(wait, [this] { wake_waiting(); });
}

void Engine::cannot_wait(const Error& error) {
  stop(error.text());
}

}  // namespace hagaki::delivery
