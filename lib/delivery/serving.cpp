#include <algorithm>
#include <utility>

#include "delivery/engine.h"

namespace hagaki::delivery {
namespace {

/// Messages made for one lane before the sessions get their turn again.
constexpr int kMadeAtOnce = 16;
/// And while others wait for a session, for each lane until it stands in line again.
constexpr int kTurnMessages = 100;

}  // namespace

void Engine::touch(Lane& lane) {
  if (lane.dirty) return;
  lane.dirty = true;
  touched_.push_back(&lane);
}

void Engine::serve_touched() {
  for (Lane* lane : std::exchange(unfinished_, {})) touch(*lane);
  do {
    while (!touched_.empty()) {
      const auto lanes = std::exchange(touched_, {});
      for (Lane* lane : lanes) {
        lane->dirty = false;
        serve(*lane);
      }
    }
  } while (call_next());
  if (!unfinished_.empty()) serve_soon();
}

/// Once for all that ask for it before the loop gets there.
void Engine::serve_soon() {
  if (std::exchange(serving_soon_, true)) return;
  later([this] {
    serving_soon_ = false;
    serve_touched();
    maybe_finish();
  });
}

void Engine::serve(Lane& lane) {
  if (halted_ || ending_) return;
  if (lane.group->held) {
    // Those too who were about to go.
    withdraw_cleared(lane);
    if (options_.next_source) move_on(lane);
    if (takes_detour(*lane.group)) go_round(lane);
    return dismiss(lane);
  }
  if (!has_turn(lane)) {
    // Nor may what is prepared wait for the end of a receiver's pause.
    if (lane.sessions.empty() && loop_.now() < lane.group->quiet_until) withdraw_cleared(lane);
    return;
  }
  intend_more(lane);
  open_more(lane);
  // A session may end while it is served, and leave the list.
  std::vector<Session*> sessions;
  for (const auto& session : lane.sessions) {
    if (session->room()) sessions.push_back(session.get());
  }
  for (Session* session : sessions) {
    if (halted_) return;
    const int before = session->begun();
    hand_out(*session);
    if (session->begun() != before) session->flush();
    if (lane.cleared.empty()) break;
  }
  dismiss_idle(lane);
  if (others_wait()) close_unused(lane);
  hurry_for(lane);
}

void Engine::withdraw_cleared(Lane& lane) {
  for (Item* item : std::exchange(lane.cleared, {})) withdraw(*item);
}

/// Its sessions are not to run dry while a group waits for more.
void Engine::hurry_for(const Lane& lane) {
  if (lane.cleared.size() < lane.intended && !lane.sessions.empty()) ledger_.hurry();
}

/// However many hosts there are: what is open when the machine dies becomes uncertain.
bool Engine::may_intend(const Lane& lane) const {
  auto most = kOpenIntents * static_cast<std::size_t>(options_.connections);
  if (lane.is_relay) most = std::max(most, kLeastOpenIntents);
  return open_intents_ < most;
}

void Engine::intend_more(Lane& lane) {
  if (stopping_ || lane.paused(loop_.now())) return;
  int made = 0;
  while (lane.queue.ready() > 0 && lane.hands() < lane.prefetch() && may_intend(lane)) {
    if (others_wait() && lane.served >= kTurnMessages) return;
    if (made++ == kMadeAtOnce) {
      unfinished_.push_back(&lane);
      return;
    }
    if (!window_is_open()) return;
    store::Allowance::Place source_place;
    if (!source_may_go(lane, source_place)) return move_on(lane);
    Throttle::Places places;
    Item* const next = lane.queue.pop([&](Group& group) { return turn(lane, group, places); });
    if (!next) return put_back_source(lane, source_place);
    Item& item = *next;
    item.counted = &lane;
    item.source_place = std::move(source_place);
    item.places = std::move(places);
    item.begun = loop_.now();
    if (!render(item)) continue;
    intend(item);
    item.stage = Item::Stage::Intended;
    ++lane.intended;
    ++lane.served;
    finish_message(item);
  }
}

}  // namespace hagaki::delivery
