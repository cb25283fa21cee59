#include <algorithm>
#include <unordered_map>
#include <utility>

#include "delivery/engine.h"

// There are many more receivers than sessions. Mail is prepared only for lanes that were called, as
// many as there are sessions, and once more as many that have everything ready when a session ends:
// their messages announced and their server's addresses looked up. What is prepared counts as under
// way, so nobody else may hold any of it for long. Who comes later stands in line, and is called
// when somebody has had a turn.
namespace hagaki::delivery {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kIdleRelay{10'000};
constexpr milliseconds kIdleDirect{2'000};
/// So long a session stays open at least while others wait for its connection.
constexpr milliseconds kTurnTime{10'000};

}  // namespace

/// Whether mail may be prepared for the lane: it has a session or may open its first one. Else it
/// stands in line now, or has nobody to send to.
bool Engine::has_turn(Lane& lane) {
  if (!lane.sessions.empty() || lane.called) return true;
  if (stopping_ || lane.paused(loop_.now())) return false;
  if ((lane.queue.ready() == 0 && lane.cleared.empty()) || !has_room(lane)) return false;
  // While its prepared mail waits nobody else's may be prepared.
  if (!lane.cleared.empty() || (wanting_.empty() && may_call() && !lane.wants_session)) {
    call(lane);
    return true;
  }
  if (std::exchange(lane.wants_session, true)) return false;
  wanting_.push_back(lane.weak_from_this());
  return false;
}

/// Sessions that all lanes like it (Lane::sharing()) may have together.
int Engine::most_sessions(const Lane& lane) const {
  const int usual = lane.limits->sessions(options_.connections);
  return std::max(1, static_cast<int>(usual * lane.group->pace.share));
}

/// Whether its receiver takes one more session now.
bool Engine::has_room(const Lane& lane) const {
  if (loop_.now() < lane.group->quiet_until) return false;
  const auto& limits = *lane.limits;
  if (limits.open_sessions() >= limits.sessions(options_.connections)) return false;
  return lane.sharing_sessions() < most_sessions(lane);
}

/// Whether one more session may be opened now, as is done then. More than its first one a lane gets
/// only while nobody else waits.
bool Engine::take_session(Lane& lane) {
  if (sessions_ >= options_.connections || !has_room(lane)) return false;
  if (!lane.sessions.empty()) return wanting_.empty() && called_.empty();
  dismiss(lane);
  return true;
}

bool Engine::may_call() const {
  return sessions_ + static_cast<int>(called_.size()) < 2 * options_.connections;
}

void Engine::call(Lane& lane) {
  lane.called = true;
  lane.served = 0;
  called_.push_back(lane.shared_from_this());
}

/// Calls those who are next, as far as there is room for them. False when it called nobody.
bool Engine::call_next() {
  bool any = false;
  while (!wanting_.empty() && may_call()) {
    const auto lane = wanting_.front().lock();
    wanting_.pop_front();
    if (!lane) continue;
    lane->wants_session = false;
    // Its recipients may have gone elsewhere meanwhile.
    if (!lane->has_work() || stopping_ || lane->group->held || lane->called) continue;
    if (lane->paused(loop_.now()) || !lane->sessions.empty() || !has_room(*lane)) continue;
    call(*lane);
    touch(*lane);
    any = true;
  }
  return any;
}

/// It opens no session now, although it was called.
void Engine::dismiss(Lane& lane) {
  if (!std::exchange(lane.called, false)) return;
  std::erase_if(called_, [&lane](const auto& each) { return each.get() == &lane; });
}

/// The same where nobody of it could go. Who waits for others' intents to be settled keeps its
/// turn.
void Engine::dismiss_idle(Lane& lane) {
  if (!lane.called) return;
  const bool stuck = lane.intended == 0 && (!has_room(lane) || lane.paused(loop_.now()));
  const bool idle = lane.hands() == 0 && (lane.queue.ready() == 0 || may_intend(lane));
  if (idle || stuck) dismiss(lane);
}

/// For a session, with mail to send.
bool Engine::others_wait() const {
  return !wanting_.empty() || (sessions_ >= options_.connections && !called_.empty());
}

/// Makes room for others where nothing is prepared for a lane's sessions.
void Engine::close_unused(Lane& lane) {
  if (!lane.cleared.empty() || lane.intended > 0) return;
  std::vector<Session*> idle;
  for (const auto& session : lane.sessions) {
    if (session->idle() && session->room()) idle.push_back(session.get());
  }
  for (Session* session : idle) session->quit();
}

/// Says goodbye to sessions that nobody needs, that a receiver no longer wants, or that had their
/// turn.
void Engine::slow_session_close(milliseconds now) {
  if (ending_) return;
  std::unordered_map<const void*, int> staying;
  for (const auto& [key, lane] : routes_.lanes()) {
    dismiss_idle(*lane);
    if (lane->sessions.empty()) continue;
    const bool scarce = others_wait();
    const bool waits = lane->paused(now) || lane->group->is_shut(now);
    const bool busy = lane->hands() > 0 || (lane->queue.ready() > 0 && !waits);
    const auto idle_limit = scarce ? milliseconds{0} : lane->is_relay ? kIdleRelay : kIdleDirect;
    const int most = most_sessions(*lane);
    auto turns = wanting_.size() + called_.size();
    std::vector<Session*> leaving;
    for (const auto& session : lane->sessions) {
      if (!session->opened() || session->quitting()) continue;
      const bool needless = (!busy || stopping_) && session->idle() && session->room() &&
                            now - session->idle_since() >= idle_limit;
      const bool unwanted = staying[lane->sharing()] >= most;
      const bool had_turn = turns > 0 && scarce && now - session->opened_at() >= kTurnTime;
      if (!needless && !unwanted && !had_turn) {
        ++staying[lane->sharing()];
        continue;
      }
      if (had_turn) --turns;
      leaving.push_back(session.get());
    }
    for (Session* session : leaving) {
      session->idle() && session->room() ? session->quit() : session->quit_soon();
    }
  }
}

}  // namespace hagaki::delivery
