#include <algorithm>
#include <deque>
#include <utility>

#include "delivery/engine.h"
#include "dns/ip.h"

namespace hagaki::delivery {
namespace {

using std::chrono::milliseconds;

/// Those who wait in a lane are offered to the others so often.
constexpr milliseconds kOffer{1'000};
/// So often a full address is asked about again.
constexpr milliseconds kAskAgain = std::chrono::minutes{1};

}  // namespace

/// Lanes to the same servers from the recipient's own address; where ours are IPv4 and IPv6, from
/// the best of either kind.
std::vector<std::shared_ptr<Lane>> Engine::from_own_source(
    const Item& item, const std::vector<std::shared_ptr<Lane>>& servers) {
  if (!sources_.several() || servers.empty()) return servers;
  const auto order = sources_.order(item.recipient.address.key());
  std::vector<std::shared_ptr<Lane>> out;
  const Lane* before = nullptr;
  for (const auto& server : servers) {
    const bool again = before && before->place == server->place;
    before = server.get();
    if (again) continue;
    // A relay may be named by an address, which only one kind of ours reaches.
    const auto named = dns::parse_ip(server->server.host);
    // Where none can be used, everybody waits for his own.
    for (const bool all : {false, true}) {
      const Source* first = nullptr;
      for (Source* source : order) {
        if (first && first->v6 == source->v6) continue;
        if (named && !source->reaches(*named)) continue;
        auto lane = routes_.beside(server, *source);
        if (!all && !may_use(*lane)) continue;
        out.push_back(std::move(lane));
        if (first) break;
        first = source;
      }
      if (first) break;
    }
  }
  return out.empty() ? servers : out;
}

/// Whether mail may go through a lane as far as its address of ours is concerned.
bool Engine::may_use(Lane& lane) {
  if (lane.source->is_full(loop_.now())) return false;
  if (!options_.next_source) return true;
  meet(*lane.group);
  return !lane.group->held;
}

/// Counts one message that goes out from the lane's address. False: not now.
bool Engine::source_may_go(Lane& lane, store::Allowance::Place& place) {
  Source& source = *lane.source;
  if (!options_.warm_ups || !options_.warm_ups->has(source.ip)) return true;
  const auto now = loop_.now();
  if (source.is_full(now)) return false;
  const auto wait = options_.warm_ups->take(source.ip, hagaki::now(), place);
  if (!wait) {
    stop_soon(wait.error().text());
    return false;
  }
  source.full_until = now + *wait;
  source.ask_again = now + std::min(*wait, kAskAgain);
  return *wait == milliseconds{0};
}

void Engine::put_back_source(const Lane& lane, store::Allowance::Place& place) {
  if (!place) return;
  options_.warm_ups->put_back(lane.source->ip, place);
  place.reset();
  lane.source->full_until = {};
}

/// Those who wait for an address that cannot be used go on from the next one that can.
void Engine::move_on(Lane& lane) {
  const auto now = loop_.now();
  const auto others = [&](const auto& source) {
    return source.get() != lane.source && !source->is_full(now);
  };
  const bool any = std::any_of(sources_.all().begin(), sources_.all().end(), others);
  if (now < lane.next_move) return;
  lane.next_move = now + kOffer;
  const auto waiting = any ? lane.queue.take_all() : std::deque<Item*>();
  for (Item* item : waiting) {
    auto lanes = from_own_source(*item, item->lanes);
    const bool stays = std::any_of(lanes.begin(), lanes.end(),
                                   [&lane](const auto& each) { return each.get() == &lane; });
    if (stays) {
      lane.queue.push(*item);
    } else {
      const Lane& best = *lanes.front();
      auto group = best.is_relay ? item->group : groups_.sharing(best.group, item->group->throttle);
      enter(*item, std::move(lanes), std::move(group));
    }
  }
  lane.group->waits_for = lane.queue.empty() ? nullptr : lane.source;
}

}  // namespace hagaki::delivery
