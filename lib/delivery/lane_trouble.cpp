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

/// Gives one whose message this server cannot take to another of his, and says where he is then:
/// with that, with nobody while one that may take it is down or held, or with nobody at all.
Engine::Passed Engine::pass_on(Item& item) {
  const auto now = loop_.now();
  const auto bit = [](std::size_t place) {
    return std::uint32_t{1} << std::min<std::size_t>(place, 31);
  };
  item.unfit |= bit(item.lane);
  bool later = false;
  for (std::size_t i = 0; i < item.lanes.size(); ++i) {
    if ((item.unfit & bit(i)) != 0) continue;
    Lane& lane = *item.lanes[i];
    if (lane.down(now) || lane.group->held) {
      later = true;
      continue;
    }
    item.lane = i;
    item.stage = Item::Stage::Cleared;
    lane.cleared.push_back(&item);
    touch(lane);
    return Passed::On;
  }
  return later ? Passed::Later : Passed::Nowhere;
}

bool Engine::is_hopeless(const Lane& lane) const {
  if (lane.group->held) return true;
  if (lane.failures == 0) return false;
  if (lane.refused_us) return true;
  if (lane.failures < kManyFailures) return false;
  const auto patience = options_.attempts == 1 ? milliseconds{0} : options_.retry_after * kPatience;
  return !lane.proven || loop_.now() - lane.failing_since >= patience;
}

/// Ends the run where all relays are like this one, which failed now.
void Engine::give_up_if_hopeless(Lane& lane, const Said& said, const Where& where) {
  if (!is_hopeless(lane)) return;
  lane.hopeless = true;
  const auto& lanes = routes_.lanes();
  // Of several addresses of ours some may have nobody to send to.
  const auto unused = [this](const Lane& l) {
    return sources_.several() && l.failures == 0 && !l.has_work() && l.sessions.empty();
  };
  const bool all = std::all_of(lanes.begin(), lanes.end(), [&](const auto& entry) {
    const Lane& each = *entry.second;
    return each.is_relay && (unused(each) || is_hopeless(each));
  });
  if (!all || routes_.go_direct()) {
    if (routes_.part()) defer_hopeless(lane, said);
    return;
  }
  giving_up_ = true;
  for (const auto& [key, each] : lanes) {
    for (Item* item : std::exchange(each->cleared, {})) {
      conclude(*item, said, each.get() == &lane ? where : where_of(*each, nullptr));
    }
  }
  stop(fmt::format(
      "no relay takes our mail: {}: {}", lane.server.called(),
      said.reply ? fmt::format("{} {}", said.reply->code, said.reply->text) : said.message));
}

/// Where other ways go on, those for whom there is none but through such relays are put off, with
/// every failure again.
void Engine::defer_hopeless(Lane& lane, const Said& said) {
  const auto has_hope = [](const std::shared_ptr<Lane>& each) {
    return !each->hopeless && !each->group->held;
  };
  for (const bool has_intent : {true, false}) {
    const auto items = has_intent ? std::exchange(lane.cleared, {}) : lane.queue.take_all();
    for (Item* item : items) {
      if (std::any_of(item->lanes.begin(), item->lanes.end(), has_hope)) {
        has_intent ? lane.cleared.push_back(item) : lane.queue.push(*item);
      } else if (item->intended || render(*item)) {
        conclude(*item, said, where_of(lane, nullptr));
      }
    }
  }
}

}  // namespace hagaki::delivery
