#include <algorithm>
#include <cassert>
#include <utility>

#include "delivery/engine.h"

namespace hagaki::delivery {
namespace {

using std::chrono::milliseconds;

/// Each wait is so many times the one before it.
constexpr int kGrowth = 5;
constexpr milliseconds kLongestWait = std::chrono::hours{1};

/// The wait behind a try, by its number over all runs.
milliseconds wait_behind(int attempt, milliseconds first) {
  const auto most = std::max(first, kLongestWait);
  auto wait = std::max(first, milliseconds{1});
  for (int i = 1; i < attempt && wait < most; ++i) wait *= kGrowth;
  return std::min(wait, most);
}

/// How often one try may come back from lost sessions before that counts as its outcome.
constexpr int kMostReturns = 3;

}  // namespace

void Engine::intend(Item& item) {
  unplanned_.erase(item.recipient.address.key());
  item.intended = true;
  ++item.tries;
  if (item.first_at == Timestamp{}) item.first_at = hagaki::now();
  ++open_intents_;
  ledger_.intend(item);
}

/// Lets the journal know one who has an outcome and no intent. Who is held back was not tried.
void Engine::announce(Item& item, Kind outcome) {
  if (outcome != Kind::Held) return intend(item);
  unplanned_.erase(item.recipient.address.key());
  if (item.first) ledger_.plan(item);
  item.intended = true;
  ++open_intents_;
}

/// Takes the intent back: this try was not made.
void Engine::withdraw(Item& item) {
  count_out(item);
  item.stage = Item::Stage::Settling;
  ledger_.withdraw(item);
}

/// Where the run goes on, it comes back when its receiver's hold is over.
void Engine::on_withdrawn(Item& item) {
  if (stopping_) return drop(item);
  item.intended = false;
  --item.tries;
  if (item.attempt == 1) item.first_at = {};
  item.message = Message{};
  route(item);
}

void Engine::conclude(Item& item, const Said& said, const Where& where) {
  assert(item.stage != Item::Stage::Settling);
  if (!item.intended) announce(item, said.kind);
  item.stage = Item::Stage::Settling;
  item.message.data.clear();
  const auto elapsed = loop_.now() - item.begun;
  auto event = make_event(options_, item, said, where, hagaki::now(), elapsed);
  auto standing = store::Standing::Done;
  // What concerns our right to use a server is the lane's trouble, and treated there.
  if (event.said_by != "local" && !refuses_us(said)) heed(item, event);
  const bool sent =
      event.kind == Kind::Delivered || event.kind == Kind::Uncertain || event.phase == "body";
  sent ? count_sent(item) : count_out(item);
  if (event.kind == Kind::Deferred) {
    // Whoever mends what is wrong with the relays and goes on is not to wait.
    const auto wait =
        giving_up_ ? milliseconds{0} : wait_behind(item.attempt, options_.retry_after);
    const auto retry_at = event.time + wait;
    if (retry_at > item.first_at + options_.expire) {
      expire(event, options_.expire);
    } else {
      standing = store::Standing::Waiting;
      event.retry_at = retry_at;
    }
  }
  if (event.kind == Kind::Held && item.with_receiver) standing = store::Standing::Waiting;
  ledger_.settle(item, standing, std::move(event));
}

/// Whether so much time has passed since the first try, over all runs, that the message is late.
bool Engine::is_expired(const Item& item) const {
  return item.first_at != Timestamp{} && hagaki::now() > item.first_at + options_.expire;
}

/// One who waited for too long, without a further try.
void Engine::give_up(Item& item) {
  item.begun = loop_.now();
  if (!render(item)) return;
  Said said;
  said.kind = Kind::Failed;
  said.by = "local";
  said.status = "5.4.7";  // RFC 3463 §3.5: delivery time expired
  said.reason = "expired";
  said.message = "given up after " + format_duration(options_.expire);
  conclude(item, said, {});
}

/// A session let go of it without a verdict, and no server can have the message.
void Engine::give_back(Item& item, const Said& said, const Where& where) {
  if (stopping_) return withdraw(item);
  if (++item.returns >= kMostReturns) return conclude(item, said, where);
  put_back(item);
}

/// Its try goes on in another session.
void Engine::put_back(Item& item) {
  if (stopping_) return withdraw(item);
  item.stage = Item::Stage::Cleared;
  place(item);
  Lane& lane = *item.lanes[item.lane];
  lane.cleared.push_back(&item);
  touch(lane);
}

void Engine::on_cleared(Item& item) {
  // Its outcome is on the way already where the intent was only made for the journal's sake.
  if (item.stage == Item::Stage::Settling) return;
  if (item.finishing && !stopping_) {
    item.stage = Item::Stage::Finishing;
    return;
  }
  clear(item);
}

/// Both are there, intent and message.
void Engine::clear(Item& item) {
  --item.lanes[item.lane]->intended;
  put_back(item);
}

bool Engine::may_try_again(const Item& item) const {
  if (stopping_) return false;
  if (options_.attempts == 0) return true;
  const bool held = (item.group && item.group->is_held()) ||
                    (!item.lanes.empty() && item.lanes[item.lane]->group->held);
  const bool elsewhere = options_.next_source || (item.group && takes_detour(*item.group));
  return (!held || elsewhere) && item.tries < options_.attempts;
}

void Engine::on_settled(Item& item, const records::DeliveryEvent& event) {
  --open_intents_;
  switch (event.kind) {
    case Kind::Delivered:
      ++summary_.delivered;
      break;
    case Kind::Failed:
      ++summary_.failed;
      break;
    case Kind::Held:
      ++summary_.held;
      if (item.with_receiver) ++summary_.held_with_receiver;
      break;
    case Kind::Skipped:
      ++summary_.skipped;
      break;
    case Kind::Uncertain:
      ++summary_.uncertain;
      break;
    case Kind::Deferred:
      if (may_try_again(item)) return wait_for_retry(item, *event.retry_at - event.time);
      ++summary_.deferred;
      break;
  }
  drop(item);
}

void Engine::on_batch_done() {
  serve_touched();
  fill();
  maybe_finish();
}

}  // namespace hagaki::delivery
