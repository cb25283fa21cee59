#include <algorithm>
#include <cassert>
#include <utility>

#include "delivery/engine.h"

namespace hagaki::delivery {
namespace {

/// How often one try may come back from lost sessions before that counts as its outcome.
constexpr int kMostReturns = 3;

}  // namespace

void Engine::intend(Item& item) {
  unplanned_.erase(item.recipient.address.key());
  item.intended = true;
  ++open_intents_;
  ledger_.intend(item);
}

/// Takes the intent back: this try was not made.
void Engine::withdraw(Item& item) {
  item.stage = Item::Stage::Settling;
  ledger_.withdraw(item);
}

void Engine::conclude(Item& item, const Said& said, const Where& where) {
  assert(item.stage != Item::Stage::Settling);
  if (!item.intended) intend(item);
  item.stage = Item::Stage::Settling;
  item.message.data.clear();
  const auto elapsed = loop_.now() - item.begun;
  auto event = make_event(options_, item, said, where, hagaki::now(), elapsed);
  auto standing = store::Standing::Done;
  if (said.kind == Kind::Deferred) {
    standing = store::Standing::Waiting;
    --item.tries_left;
    const bool last = item.tries_left <= 0 || stopping_;
    const auto tries = options_.retry_after.size();
    event.retry_at =
        event.time +
        (last ? options_.retry_later
              : options_.retry_after[tries - static_cast<std::size_t>(item.tries_left)]);
  }
  ledger_.settle(item, standing, std::move(event));
}

/// A session let go of it without a verdict, and no server can have the message.
void Engine::give_back(Item& item, const Said& said, const Where& where) {
  if (stopping_) return withdraw(item);
  if (++item.returns >= kMostReturns) return conclude(item, said, where);
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
  Lane& before = *item.lanes[item.lane];
  --before.intended;
  if (stopping_) return withdraw(item);
  item.stage = Item::Stage::Cleared;
  place(item);
  Lane& lane = *item.lanes[item.lane];
  lane.cleared.push_back(&item);
  touch(lane);
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
      break;
    case Kind::Skipped:
      ++summary_.skipped;
      break;
    case Kind::Uncertain:
      ++summary_.uncertain;
      break;
    case Kind::Deferred:
      if (item.tries_left > 0 && !stopping_) {
        item.stage = Item::Stage::Waiting;
        item.intended = false;
        item.returns = 0;
        ++item.attempt;
        item.message = Message{};
        const auto tries = options_.retry_after.size();
        const auto wait = options_.retry_after[tries - static_cast<std::size_t>(item.tries_left)];
        waiting_.emplace(loop_.now() + wait, &item);
        if (waiting_.begin()->second == &item) arm_retry_timer();
        return;
      }
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
