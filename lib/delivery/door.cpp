#include "delivery/door.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "delivery/engine.h"

namespace hagaki::delivery {

/// After a login that failed the next one comes behind this part of the time that one lasts.
constexpr int kPart = 10;

Door::Door(net::Loop& loop, RelayDoor settings, Done done)
    : loop_(loop), settings_(std::move(settings)), done_(std::move(done)), worker_(loop, 1) {
  if (settings_.is_open) open_until_ = loop_.now() + settings_.again;
}

bool Door::is_open() {
  if (!settings_.open || loop_.now() < open_until_) return true;
  if (loop_.now() < next_try_ || std::exchange(asked_, true)) return false;
  auto result = std::make_shared<Result<void>>();
  worker_.run([result, open = settings_.open] { *result = open(); },
              [this, result] { on_answer(*result); });
  return false;
}

void Door::on_answer(const Result<void>& result) {
  asked_ = false;
  const auto now = loop_.now();
  // Many wrong logins lock an account.
  result ? open_until_ = now + settings_.again : next_try_ = now + settings_.again / kPart;
  done_(result);
}

/// Before a session to a relay is opened, and while there are some: servers shut the door again.
void Engine::keep_door_open() {
  const auto& lanes = routes_.lanes();
  const bool any = std::any_of(lanes.begin(), lanes.end(), [](const auto& entry) {
    return entry.second->is_relay && !entry.second->sessions.empty();
  });
  if (any && !stopping_ && !ending_) (void)door_.is_open();
}

/// Where it cannot be opened no relay would take our mail, and what it says of recipients then is
/// not to be heard: they wait as for a relay that is down.
void Engine::on_door(const Result<void>& opened) {
  if (halted_ || ending_ || stopping_) return;
  Said said;
  said.kind = Kind::Deferred;
  said.by = "local";
  said.phase = "connect";
  said.reason = "networkerror";
  if (!opened) said.message = opened.error().text();
  std::vector<std::shared_ptr<Lane>> relays;
  for (const auto& [key, lane] : routes_.lanes()) {
    if (lane->is_relay) relays.push_back(lane);
  }
  for (const auto& lane : relays) {
    touch(*lane);
    if (opened || (!lane->has_work() && lane->sessions.empty())) continue;
    std::vector<Session*> leaving;
    for (const auto& session : lane->sessions) {
      if (session->opened() && !session->quitting()) leaving.push_back(session.get());
    }
    for (Session* session : leaving) {
      session->idle() && session->room() ? session->quit() : session->quit_soon();
    }
    lane_failed(*lane, said, where_of(*lane, nullptr));
  }
  serve_touched();
  maybe_finish();
}

}  // namespace hagaki::delivery
