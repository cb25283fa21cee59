#include "delivery/ledger.h"

#include <cassert>
#include <utility>

#include "delivery/group.h"

namespace hagaki::delivery {

/// Carries the writer thread's call into the loop, once per round however many commits there are.
struct Ledger::Wake {
  Ledger* ledger = nullptr;  // used in the loop's thread only
  std::atomic<bool> posted{false};
};

Ledger::Ledger(net::Loop& loop, store::Journal& journal, EventSink& sink, Callbacks callbacks)
    : journal_(journal),
      sink_(sink),
      callbacks_(std::move(callbacks)),
      wake_(std::make_shared<Wake>()) {
  for (std::size_t slot = store::Journal::kSlots; slot > 0; --slot) free_slots_.push_back(slot - 1);
  wake_->ledger = this;
  journal_.on_commit([&loop, wake = wake_] {
    if (wake->posted.exchange(true)) return;
    loop.post([wake] {
      wake->posted = false;
      if (wake->ledger) wake->ledger->advance();
    });
  });
}

Ledger::~Ledger() {
  journal_.on_commit(nullptr);
  wake_->ledger = nullptr;
}

Result<std::uint64_t> Ledger::report_again() {
  constexpr std::size_t kPortion = 1000;
  std::uint64_t count = 0;
  std::uint64_t after = 0;
  for (;;) {
    auto portion = journal_.unreported(after, kPortion);
    if (!portion) return tl::unexpected<Error>(portion.error());
    for (const auto& old : *portion) {
      const auto event = records::delivery_event(old.record);
      if (!event) return tl::unexpected<Error>(event.error());
      if (!report(*event, old.record)) return count;
      to_confirm_ = after = old.outcome;
      ++count;
    }
    flush();
    if (portion->size() < kPortion) break;
  }
  sync();
  return count;
}

const store::Intent& Ledger::entry_of(Item& item) {
  intent_.id = item.id;
  intent_.first = std::exchange(item.first, false);
  intent_.attempt = item.attempt;
  intent_.key.clear();
  intent_.email.clear();
  if (intent_.first) {
    intent_.key = item.recipient.address.key();
    intent_.email = item.recipient.address.text();
  }
  intent_.message_id = item.message.message_id;
  intent_.envelope_sender = item.message.envelope_sender;
  intent_.provider.clear();
  if (item.group) intent_.provider = rules::parse_watched(item.group->name).receiver;
  intent_.at = now();
  return intent_;
}

void Ledger::plan(Item& item) {
  last_ticket_ = journal_.plan(entry_of(item));
}

void Ledger::intend(Item& item) {
  last_ticket_ = journal_.intend(entry_of(item));
  intents_.push_back({last_ticket_, &item});
}

void Ledger::reserve(Item& item) {
  assert(!item.slot && may_begin());
  item.slot = free_slots_.back();
  free_slots_.pop_back();
}

bool Ledger::mark(Item& item) {
  assert(item.slot);
  return journal_.mark_sending(*item.slot, item.id, item.attempt);
}

void Ledger::settle(Item& item, store::Standing standing, records::DeliveryEvent event) {
  Settled& settled = settled_.emplace_back(0, 0, &item, std::move(event), std::nullopt, "");
  settled.record = records::to_record(*settled.event);
  outcome_.id = item.id;
  const bool tried = settled.event->kind != records::DeliveryEvent::Kind::Held;
  outcome_.attempt = tried ? item.attempt : item.attempt - 1;
  outcome_.standing = standing;
  outcome_.event = records::kind_name(settled.event->kind);
  outcome_.record = settled.record;
  outcome_.at = settled.event->time;
  outcome_.retry_at = settled.event->retry_at;
  outcome_.reason = settled.event->reason;
  settled.ticket = last_ticket_ = journal_.settle(outcome_, settled.number);
}

void Ledger::withdraw(Item& item) {
  last_ticket_ = journal_.withdraw(item.id, item.attempt);
  settled_.push_back({last_ticket_, 0, &item, {}, {}, {}});
}

void Ledger::note(records::DeliveryEvent event) {
  Settled settled{last_ticket_, 0, nullptr, std::move(event), {}, {}};
  settled.record = records::to_record(*settled.event);
  settled_.push_back(std::move(settled));
}

void Ledger::note(const records::Notice& notice) {
  settled_.push_back({last_ticket_, 0, nullptr, {}, notice, records::to_record(notice)});
}

void Ledger::hurry() {
  if (intents_.empty() || intents_.front().ticket <= hurried_) return;
  hurried_ = last_ticket_;
  journal_.hurry();
}

void Ledger::lose_sink() {
  sink_ok_ = false;
  callbacks_.sink_failed();
}

bool Ledger::report(const records::DeliveryEvent& event, std::string_view record) {
  if (!sink_ok_) return false;
  unflushed_ = unsynced_ = true;
  if (sink_.event(event, record)) return true;
  lose_sink();
  return false;
}

void Ledger::report(const records::Notice& notice, std::string_view record) {
  if (!sink_ok_) return;
  unflushed_ = unsynced_ = true;
  if (!sink_.notice(notice, record)) lose_sink();
}

void Ledger::flush() {
  if (!unflushed_ || !sink_ok_) return;
  unflushed_ = false;
  if (!sink_.flush()) lose_sink();
}

void Ledger::sync() {
  flush();
  if (!unsynced_ || !sink_ok_ || failed_) return;
  unsynced_ = false;
  if (!sink_.sync()) return lose_sink();
  if (to_confirm_ > 0) last_ticket_ = journal_.confirm(std::exchange(to_confirm_, 0));
}

void Ledger::release(Item& item) {
  if (item.slot) free_slots_.push_back(*item.slot);
  item.slot.reset();
}

void Ledger::advance() {
  if (failed_) return;
  if (const auto failure = journal_.failure()) {
    failed_ = true;
    callbacks_.journal_failed(*failure);
    return;
  }
  const auto committed = journal_.committed();
  bool any = false;
  while (!intents_.empty() && intents_.front().ticket <= committed) {
    Item& item = *intents_.front().item;
    intents_.pop_front();
    any = true;
    callbacks_.cleared(item);
  }
  while (!settled_.empty() && settled_.front().ticket <= committed) {
    Settled settled = std::move(settled_.front());
    settled_.pop_front();
    any = true;
    if (settled.event) {
      if (report(*settled.event, settled.record) && settled.number > 0)
        to_confirm_ = settled.number;
    }
    if (settled.notice) report(*settled.notice, settled.record);
    if (!settled.item) continue;
    release(*settled.item);
    settled.event ? callbacks_.settled(*settled.item, *settled.event)
                  : callbacks_.withdrawn(*settled.item);
  }
  flush();
  if (any) callbacks_.batch_done();
}

}  // namespace hagaki::delivery
