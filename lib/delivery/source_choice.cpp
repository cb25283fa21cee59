#include <algorithm>
#include <utility>

#include "delivery/engine.h"
#include "dns/ip.h"

namespace hagaki::delivery {
namespace {

using std::chrono::milliseconds;

/// Those who wait in a lane are offered to the others so often.
constexpr milliseconds kOffer{1'000};

/// A relay may be named by an address, which only one kind of ours reaches.
bool reaches(const Source& source, const Lane& lane) {
  const auto ip = dns::parse_ip(lane.server.host);
  return !ip || source.reaches(*ip);
}

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
    // Where none can be used, everybody waits for his own.
    for (const bool all : {false, true}) {
      const Source* first = nullptr;
      for (Source* source : order) {
        if (!reaches(*source, *server) || (first && first->v6 == source->v6)) continue;
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
  if (lane.source->full_until > loop_.now()) return false;
  if (!options_.next_source) return true;
  if (!std::exchange(lane.group->met, true)) obey(*lane.group);
  return !lane.group->held;
}

/// Counts one message that goes out from the lane's address. False: not now.
bool Engine::source_may_go(Lane& lane, store::Allowance::Place& place) {
  Source& source = *lane.source;
  if (!options_.warm_ups || !options_.warm_ups->has(source.ip)) return true;
  const auto now = loop_.now();
  if (source.full_until > now) return false;
  const auto wait = options_.warm_ups->take(source.ip, hagaki::now(), place);
  if (!wait) {
    stop_soon(wait.error().text());
    return false;
  }
  if (*wait == milliseconds{0}) return true;
  source.full_until = now + *wait;
  return false;
}

void Engine::put_back_source(const Lane& lane, store::Allowance::Place& place) {
  if (place) options_.warm_ups->put_back(lane.source->ip, place);
  place.reset();
}

/// Those who wait for an address that cannot be used go on from the next one that can.
void Engine::move_on(Lane& lane) {
  const auto now = loop_.now();
  const auto others = [&](const auto& source) {
    return source.get() != lane.source && source->full_until <= now;
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
      enter(*item, std::move(lanes), item->group->throttle);
    }
  }
  if (lane.queue.empty() || lane.source->full_until <= now) return;
  lane.group->full_until = lane.source->full_until;
}

}  // namespace hagaki::delivery
