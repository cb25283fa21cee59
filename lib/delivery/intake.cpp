#include <algorithm>
#include <cassert>
#include <utility>

#include "delivery/engine.h"
#include "delivery/standing.h"

namespace hagaki::delivery {
namespace {

using std::chrono::milliseconds;

/// Recipients taken from the source before the network gets its turn again.
constexpr int kSlice = 256;
/// And for how long: a source may read from a slow disk.
constexpr milliseconds kSliceTime{20};
/// A wait for the source that deadlines have to be told of.
constexpr milliseconds kLongWait{200};

}  // namespace

/// Relays get as many as keep their lanes full. Direct mail is taken up to the window, so that one
/// slow domain does not hold up the others; and while any of several ways has room, since the next
/// recipient may be one of its own.
bool Engine::wants_more() const {
  if (source_done_ || stopping_ || halted_ || ending_) return false;
  if (items_.size() >= options_.window) return false;
  if (routes_.go_direct()) return true;
  std::size_t queued = 0;
  std::size_t enough = 0;
  for (const auto& [key, lane] : routes_.lanes()) {
    if (lane->group->held) continue;
    if (routes_.part() && lane->has_room(loop_.now())) return true;
    queued += lane->queue.ready();
    enough += lane->prefetch();
  }
  if (routes_.part()) return false;
  return queued < enough;
}

/// A source that is not ready is asked again by tick().
void Engine::fill() {
  if (filling_) return;
  filling_ = true;
  int taken = 0;
  const auto begun = std::chrono::steady_clock::now();
  const auto spent = [begun] {
    return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begun);
  };
  // Who has waited goes before those who come.
  take_due();
  take_backlog();
  journal_.begin_lookups();
  while (taken < kSlice && spent() < kSliceTime && wants_more() && source_.ready()) {
    auto recipient = source_.next();
    if (!recipient) {
      source_done_ = true;
      break;
    }
    ++taken;
    admit(std::move(*recipient));
  }
  journal_.end_lookups();
  filling_ = false;
  if (spent() > kLongWait) forgive(spent());
  serve_touched();
  if (taken == 0) return;
  ledger_.advance();
  later([this] {
    fill();
    maybe_finish();
  });
}

/// While the source kept us waiting, replies may have come that nobody read: no server is to blame.
void Engine::forgive(milliseconds wait) {
  for (const auto& [key, lane] : routes_.lanes()) {
    for (const auto& session : lane->sessions) session->forgive(wait);
  }
}

bool Engine::first_sight(std::uint64_t id) {
  if (id >= seen_.size()) seen_.resize(std::max<std::size_t>(id + 1, seen_.size() * 2));
  const bool first = !seen_[id];
  seen_[id] = true;
  return first;
}

void Engine::admit(Recipient recipient) {
  ++summary_.recipients;
  if (unplanned_.contains(recipient.address.key())) return skip_duplicate(recipient);
  const auto known = journal_.find(recipient.address.key());
  if (!known) return halt(known.error());
  if (!*known) {
    const auto id = journal_.new_id();
    first_sight(id);
    return take_in(std::make_unique<Item>(id, std::move(recipient)));
  }
  if (!first_sight((*known)->id)) return skip_duplicate(recipient);
  adopt(std::move(recipient), **known);
}

/// One whom an earlier run knew.
void Engine::adopt(Recipient recipient, const store::Known& known) {
  if (leaves_alone(known.standing, known.event, options_.retry_uncertain)) {
    ++summary_.already_done;
    return;
  }
  auto item = std::make_unique<Item>(known.id, std::move(recipient));
  item->first = false;
  item->attempt = known.attempt + 1;
  if (known.first_at) item->first_at = *known.first_at;
  if (is_expired(*item)) return give_up(*items_.emplace(known.id, std::move(item)).first->second);
  const auto wait = known.retry_at ? *known.retry_at - hagaki::now() : milliseconds{0};
  if (wait <= milliseconds{0}) return take_in(std::move(item));
  if (options_.attempts > 0 && wait > kSoon) {
    ++summary_.deferred;
    return;
  }
  wait_until(loop_.now() + wait, guest_of(*item));
}

void Engine::skip_duplicate(const Recipient& recipient) {
  ++summary_.skipped;
  records::DeliveryEvent event;
  event.kind = Kind::Skipped;
  event.campaign = options_.campaign;
  event.email = recipient.address.text();
  event.time = hagaki::now();
  event.diagnostic = kSameAddress;
  event.said_by = "local";
  if (recipient.consent) event.consent = *recipient.consent;
  ledger_.note(std::move(event));
}

void Engine::take_in(std::unique_ptr<Item> item) {
  const auto id = item->id;
  Item& kept = *items_.emplace(id, std::move(item)).first->second;
  if (kept.first) unplanned_.insert(kept.recipient.address.key());
  route(kept);
}

void Engine::route(Item& item) {
  item.stage = Item::Stage::Routing;
  item.lanes.clear();
  item.lane = 0;
  item.unfit = 0;
  item.begun = loop_.now();
  routes_.find(item.recipient, [this, id = item.id](const Route& route) {
    const auto it = items_.find(id);
    if (it == items_.end() || it->second->stage != Item::Stage::Routing) return;
    on_route(*it->second, route);
  });
}

void Engine::on_route(Item& item, const Route& route) {
  if (route.error) return hold(item, *route.error);
  if (route.lanes.empty()) {
    if (!render(item)) return;
    if (!route.forbidden.empty()) return conclude(item, said_forbidden(route.forbidden), {});
    const auto& domain = item.recipient.address.domain().ascii();
    return conclude(
        item, route.ourselves.empty() ? said_by(route.hosts) : loops_back(domain, route.ourselves),
        {});
  }
  auto lanes = round_a_block(item, from_own_source(item, route.lanes));
  const Lane& best = *lanes.front();
  const Recipient& who = item.recipient;
  const auto& provider = who.provider.empty() ? route.provider : who.provider;
  auto group = best.is_relay ? groups_.of_domain(who.address.domain(), provider)
                             : groups_.sharing(best.group, route.group->throttle);
  item.fleet = best.is_relay ? route.fleet : nullptr;
  if (enter(item, std::move(lanes), std::move(group))) Routes::charge(route);
  if (!filling_) serve_touched();
}

/// Puts one who has his lanes, and his group by them, into the first of them that is not down.
/// False where he steps aside.
bool Engine::enter(Item& item, std::vector<std::shared_ptr<Lane>> lanes,
                   std::shared_ptr<Group> group) {
  item.lanes = std::move(lanes);
  item.lane = 0;
  const Lane& best = *item.lanes.front();
  const Group* const caller = item.group.get();
  join(item, std::move(group));
  for (const auto& lane : item.lanes) meet(*lane->group);
  // Called for a way that has room, while the limits of his own group let nobody go.
  const bool called_in_vain =
      caller && caller != item.group.get() && item.group->is_shut(loop_.now());
  if (called_in_vain || must_step_aside(item)) {
    step_aside(item, item.group);
    return false;
  }
  if (!best.is_relay || !routes_.part()) {
    place(item);
  } else if (!find_room(item)) {
    step_aside(item, routes_.queue_for(item.lanes, item.fleet));
    return false;
  }
  Lane& lane = *item.lanes[item.lane];
  item.stage = Item::Stage::Queued;
  lane.queue.push(item);
  touch(lane);
  return true;
}

/// Chooses the first lane from where the item is that is not known to be down; stays where it is
/// when all are. Where the receiver takes no more sessions, it is a lane that has some.
void Engine::place(Item& item) {
  const auto now = loop_.now();
  const auto& lanes = item.lanes;
  const auto usable = [now](const auto& lane) { return lane->usable(now); };
  const auto from = lanes.begin() + static_cast<std::ptrdiff_t>(item.lane);
  auto best = std::find_if(from, lanes.end(), usable);
  if (best == lanes.end()) return;
  const auto limits = (*best)->limits;
  if ((*best)->sessions.empty() && (*best)->sharing_sessions() >= most_sessions(**best)) {
    const auto open = std::find_if(best, lanes.end(), [&](const auto& lane) {
      return usable(lane) && lane->limits == limits && !lane->sessions.empty();
    });
    if (open != lanes.end()) best = open;
  }
  item.lane = static_cast<std::size_t>(best - lanes.begin());
}

void Engine::hold(Item& item, const Error& why) {
  Said said;
  said.kind = Kind::Held;
  said.by = "local";
  said.message = why.text();
  conclude(item, said, {});
}

void Engine::join(Item& item, std::shared_ptr<Group> group) {
  leave(item);
  item.group = std::move(group);
  ++item.group->in_memory;
}

void Engine::leave(Item& item) {
  if (!item.group) return;
  --item.group->in_memory;
  item.group.reset();
}

void Engine::drop(Item& item) {
  if (item.first) unplanned_.erase(item.recipient.address.key());
  leave(item);
  items_.erase(item.id);
}

}  // namespace hagaki::delivery
