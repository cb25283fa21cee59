#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "delivery/item.h"
#include "net/loop.h"
#include "records/delivery_event.h"
#include "store/journal.h"

namespace hagaki::delivery {

/// Keeps the order that the crash-safety argument rests on: nothing is sent before its intent is on
/// disk, nothing is reported before its outcome is, nothing is confirmed before the sink has synced
/// it.
class Ledger {
 public:
  struct Callbacks {
    std::function<void(Item&)> cleared;  ///< the intent is on disk: it may be sent
    /// The outcome is on disk and was offered to the sink. The item is the ledger's no more.
    std::function<void(Item&, const records::DeliveryEvent&)> settled;
    std::function<void(Item&)> withdrawn;              ///< its intent is taken back, on disk
    std::function<void()> batch_done;                  ///< after a group of the above
    std::function<void()> sink_failed;                 ///< once
    std::function<void(const Error&)> journal_failed;  ///< once; nothing else follows
  };

  Ledger(net::Loop& loop, store::Journal& journal, EventSink& sink, Callbacks callbacks);
  ~Ledger();
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  /// Reports again what an earlier run journalled and did not confirm. How many records.
  Result<std::uint64_t> report_again();

  /// Journals one who is new and has to wait.
  void plan(Item& item);
  void intend(Item& item);
  /// Marks that the item's body goes out now. False: it must not.
  [[nodiscard]] bool mark(Item& item);
  /// True when mark() has a slot for one more item.
  [[nodiscard]] bool may_begin() const { return !free_slots_.empty(); }
  /// Takes the slot that mark() will use.
  void reserve(Item& item);
  /// An item that was held back was not tried.
  void settle(Item& item, store::Standing standing, records::DeliveryEvent event);
  void withdraw(Item& item);
  /// Reports an event that the journal need not know, in order with the others.
  void note(records::DeliveryEvent event);
  /// The same of a notice.
  void note(const records::Notice& notice);
  /// Has the intents that are on their way to disk written now instead of with more: somebody waits
  /// for them.
  void hurry();
  /// True when nothing waits for the disk or the sink.
  [[nodiscard]] bool idle() const { return intents_.empty() && settled_.empty(); }
  /// Handles what has been committed; called by itself after each commit.
  void advance();
  /// Syncs the sink and confirms what it took. Costs a write to a disk: not for each batch, but
  /// every now and then, and at the end.
  void sync();

 private:
  struct Intended {
    std::uint64_t ticket;
    Item* item;
  };
  struct Settled {
    std::uint64_t ticket;
    std::uint64_t number;  // 0 = nothing to confirm
    Item* item;            // null = note()
    std::optional<records::DeliveryEvent> event;
    std::optional<records::Notice> notice;
    std::string record;
  };
  struct Wake;

  const store::Intent& entry_of(Item& item);

  void lose_sink();
  bool report(const records::DeliveryEvent& event, std::string_view record);
  void report(const records::Notice& notice, std::string_view record);
  void flush();
  void release(Item& item);

  store::Journal& journal_;
  EventSink& sink_;
  Callbacks callbacks_;
  std::shared_ptr<Wake> wake_;
  store::Intent intent_;  // the last one, whose strings have room already; so has the next
  store::Outcome outcome_;
  std::deque<Intended> intents_;
  std::deque<Settled> settled_;
  std::vector<std::size_t> free_slots_;
  std::uint64_t last_ticket_ = 0;
  std::uint64_t hurried_ = 0;  // up to this ticket
  std::uint64_t to_confirm_ = 0;
  bool unflushed_ = false;
  bool unsynced_ = false;
  bool sink_ok_ = true;
  bool failed_ = false;
};

}  // namespace hagaki::delivery
