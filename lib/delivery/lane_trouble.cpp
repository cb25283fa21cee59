#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "delivery/engine.h"

namespace hagaki::delivery {
namespace {

using std::chrono::milliseconds;

/// Of all relays together, in first waits: so long they may be silent before the run gives up.
constexpr int kPatience = 6;
/// Failures in a row that are no accident.
constexpr int kManyFailures = 3;

milliseconds backoff(milliseconds first, int times) {
  return first * (1 << std::min(times - 1, 6));
}

}  // namespace

/// 421 means: you, less. Not: this recipient, no.
void Engine::slow_down(Lane& lane) {
  ++lane.slowdowns;
  lane.recovered = 0;
  lane.limit = std::max(1, std::min(lane.limit / 2, static_cast<int>(lane.sessions.size())));
  lane.paused_until = loop_.now() + backoff(options_.host_pause, lane.slowdowns);
}

void Engine::lane_failed(Lane& lane, const Said& said, const Where& where) {
  const auto now = loop_.now();
  if (lane.failures++ == 0) lane.failing_since = now;
  lane.refused_us = refuses_us(said);
  lane.paused_until = now + backoff(options_.host_pause, lane.failures);
  redistribute(lane, said, where);
  if (lane.is_relay) give_up_if_hopeless(lane, said, where);
}

/// Everyone at a lane that went down goes to the next lane that is not. Where there is none, mail
/// for relays waits (the fault is not the recipients'); direct mail is deferred.
void Engine::redistribute(Lane& lane, const Said& said, const Where& where) {
  for (const bool has_intent : {true, false}) {
    const auto items = has_intent ? std::exchange(lane.cleared, {}) : lane.queue.take_all();
    for (Item* item : items) {
      const std::size_t from = item->lane;
      if (lane.is_relay) item->lane = 0;
      place(*item);
      if (lane.is_relay && !item->lanes[item->lane]->usable(loop_.now())) item->lane = from;
      Lane& next = *item->lanes[item->lane];
      if (&next == &lane && !lane.is_relay) {
        if (item->intended || render(*item)) conclude(*item, said, where);
        continue;
      }
      has_intent ? next.cleared.push_back(item) : next.queue.push(*item);
      if (&next != &lane) touch(next);
    }
  }
}

/// Ends the run where all relays are like this one, which failed now.
void Engine::give_up_if_hopeless(const Lane& failed, const Said& said, const Where& where) {
  const auto now = loop_.now();
  const bool once = options_.attempts == 1;
  const auto patience = once ? milliseconds{0} : options_.retry_after * kPatience;
  const auto& lanes = routes_.lanes();
  // Of several addresses of ours some may have nobody to send to.
  const auto unused = [this](const Lane& l) {
    return sources_.several() && l.failures == 0 && !l.has_work() && l.sessions.empty();
  };
  const auto all = [&](auto&& test) {
    return std::all_of(lanes.begin(), lanes.end(), [&](const auto& entry) {
      const Lane& lane = *entry.second;
      return lane.group->held || unused(lane) || test(lane);
    });
  };
  const bool refused = all([](const Lane& l) { return l.failures > 0 && l.refused_us; });
  const bool never =
      !ever_opened_ && all([](const Lane& l) { return l.failures >= kManyFailures; });
  const bool lost = all([&](const Lane& l) {
    return l.failures >= kManyFailures && now - l.failing_since >= patience;
  });
  if (!refused && !never && !lost) return;
  giving_up_ = true;
  for (const auto& [key, lane] : lanes) {
    for (Item* item : std::exchange(lane->cleared, {})) {
      conclude(*item, said, lane.get() == &failed ? where : where_of(*lane, nullptr));
    }
  }
  const auto& name = lanes.begin()->second->server.host;
  stop(fmt::format(
      "no relay takes our mail: {}: {}", name,
      said.reply ? fmt::format("{} {}", said.reply->code, said.reply->text) : said.message));
}

}  // namespace hagaki::delivery
