#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "delivery/engine.h"

namespace hagaki::delivery {
namespace {

/// Whether all relays that it waits for failed too often, or hold our mail; one at least failed.
bool waits_in_vain(const Group& group) {
  const auto is_out = [](const Lane* way) { return way->hopeless || way->group->held; };
  const auto failed = [](const Lane* way) { return way->hopeless && !way->group->held; };
  return std::all_of(group.ways.begin(), group.ways.end(), is_out) &&
         std::any_of(group.ways.begin(), group.ways.end(), failed);
}

/// Whether its receiver, or all relays that it waits for, hold our mail.
bool is_held(const Group& group) {
  if (group.ways.empty()) return group.is_held();
  return std::all_of(group.ways.begin(), group.ways.end(),
                     [](const Lane* way) { return way->group->held; });
}

/// When one of it may go: not before. A relay that failed too often is no way to go.
std::chrono::milliseconds opens(const Group& group) {
  if (group.ways.empty()) return group.opens();
  auto first = std::chrono::milliseconds::max();
  for (const Lane* way : group.ways) {
    if (!way->hopeless) first = std::min(first, way->group->opens());
  }
  return first;
}

}  // namespace

std::vector<Crowd> Engine::crowds(std::size_t most) const {
  std::vector<Crowd> out;
  for (const auto& [key, group] : groups_.all()) {
    if (!group->is_shut(loop_.now()) && group->backlog.count == 0) continue;
    const std::uint64_t waiting = group->in_memory + group->backlog.count;
    if (waiting > 0) out.push_back({group->name, waiting, group->is_held()});
  }
  const auto end = out.begin() + static_cast<std::ptrdiff_t>(std::min(most, out.size()));
  std::partial_sort(out.begin(), end, out.end(), [](const Crowd& a, const Crowd& b) {
    return std::tie(b.waiting, a.receiver) < std::tie(a.waiting, b.receiver);
  });
  out.erase(end, out.end());
  return out;
}

/// Whether nobody who is queued in it can go soon.
bool Engine::waits_long(const Lane& lane) const {
  const auto soon = loop_.now() + kSoon;
  if (lane.queue.empty() || window_shut_until_ > soon) return true;
  if ((lane.is_relay ? lane.group->opens() : lane.group->rests_until()) > soon) return true;
  return lane.queue.all([soon](const Group& group) { return group.opens() > soon; });
}

/// Ends a run with a bound when nobody can go for a while.
void Engine::end_pass_if_all_wait() {
  if (options_.attempts == 0 || stopping_ || halted_ || ending_ || !ledger_.idle()) return;
  if (waiting_.due_later() > 0) return;
  if (!source_done_ && wants_more()) return;
  std::size_t queued = 0;
  for (const auto& [key, lane] : routes_.lanes()) {
    if (!waits_long(*lane)) return;
    queued += lane->queue.size();
  }
  const auto soon = loop_.now() + kSoon;
  const bool backlog_waits =
      std::all_of(backlogged_.begin(), backlogged_.end(), [this, soon](const auto& group) {
        if (takes_detour(*group)) return routes_.stand_in()->group->opens() > soon;
        return waits_in_vain(*group) || opens(*group) > soon;
      });
  if (queued != items_.size() || (queued == 0 && backlogged_.empty()) || !backlog_waits) return;
  if (report_held()) return;
  const auto vain = std::find_if(backlogged_.begin(), backlogged_.end(),
                                 [](const auto& group) { return waits_in_vain(*group); });
  if (vain == backlogged_.end()) return stop("a limit or window leaves the others for later");
  stop(fmt::format("relay {} takes no mail now: who can go through no other is left for later",
                   (*vain)->ways.front()->server.called()));
}

/// Says of those whose receiver is held that they were not tried: some with each call. False when
/// there were none left.
bool Engine::report_held() {
  std::size_t some = 1'000;
  for (const auto& group : backlogged_) {
    while (is_held(*group) && some > 0) {
      auto guest = waiting_.next_of(*group);
      if (!guest) {
        cannot_wait(guest.error());
        return true;
      }
      if (!*guest) break;
      --some;
      Item& item = item_of(std::move(**guest));
      join(item, group);
      hold_for_receiver(item);
    }
  }
  for (const auto& [key, lane] : routes_.lanes()) {
    for (Item* item : lane->queue.take_all()) {
      const bool held = item->group->is_held() || lane->group->held;
      if (!held || some == 0) {
        lane->queue.push(*item);
        continue;
      }
      --some;
      hold_for_receiver(*item);
    }
  }
  return some < 1'000;
}

void Engine::hold_for_receiver(Item& item) {
  item.begun = loop_.now();
  if (!render(item)) return;
  Group& group = item.lanes.empty() || !item.lanes[item.lane]->group->held
                     ? *item.group
                     : *item.lanes[item.lane]->group;
  item.with_receiver = true;
  hold(item, {ErrorCode::Denied,
              fmt::format("all mail for {} is held: see the notice about it", group.name),
              {}});
}

}  // namespace hagaki::delivery
