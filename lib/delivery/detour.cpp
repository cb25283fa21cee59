#include <algorithm>
#include <utility>

#include "delivery/engine.h"

namespace hagaki::delivery {

/// Whether there is a relay that stands in for receivers that refuse us, and none that refuses us
/// itself or is down.
bool Engine::stand_in_works() const {
  const auto& relay = routes_.stand_in();
  // Behind a pause some go there and find out whether it works again.
  return relay && !relay->group->held && !(relay->hopeless && relay->down(loop_.now()));
}

/// The name of the relay that stands in for a receiver (Group::name); empty where none does.
std::string Engine::detour_of(const std::string& name) const {
  const auto& lanes = routes_.lanes();
  const bool is_relay = std::any_of(lanes.begin(), lanes.end(), [&name](const auto& entry) {
    return entry.second->is_relay && entry.second->group->name == name;
  });
  return is_relay || !stand_in_works() ? "" : routes_.stand_in()->server.called();
}

/// Whether who is in this group goes on through that relay: not in place of another relay.
bool Engine::takes_detour(const Group& group) const {
  if (!stand_in_works() || group.of_relay || !group.ways.empty()) return false;
  return (group.receiver ? *group.receiver : group).blocked;
}

/// The lanes of one who has these, or that relay where one of them leads to such a receiver.
std::vector<std::shared_ptr<Lane>> Engine::round_a_block(const Item& item,
                                                         std::vector<std::shared_ptr<Lane>> lanes) {
  if (!routes_.stand_in()) return lanes;
  const bool refused = std::any_of(lanes.begin(), lanes.end(), [this](const auto& lane) {
    if (lane->is_relay) return false;
    meet(*lane->group);
    return takes_detour(*lane->group);
  });
  return refused ? from_own_source(item, {routes_.stand_in()}) : lanes;
}

/// Sends everyone at such a receiver's lane on his way again.
void Engine::go_round(Lane& lane) {
  // Lanes that get somebody are served in turn, when this one was.
  const bool before = std::exchange(filling_, true);
  for (Item* item : lane.queue.take_all()) route(*item);
  filling_ = before;
}

}  // namespace hagaki::delivery
