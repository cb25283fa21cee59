#include "delivery/ledger.h"

#include <doctest/doctest.h>

#include <memory>

#include "temp_folder.h"

namespace ledger_test {

namespace {

using namespace hagaki;
using delivery::Item;
using delivery::Ledger;

class Sink : public delivery::EventSink {
 public:
  bool event(const records::DeliveryEvent&, std::string_view) override {
    ++events;
    return true;
  }
  bool flush() override {
    ++flushes;
    return true;
  }
  bool sync() override {
    ++syncs;
    return syncing;
  }
  int events = 0;
  int flushes = 0;
  int syncs = 0;
  bool syncing = true;
};

/// A ledger on a journal of its own, with one recipient who got the message.
struct Bench {
  Bench() {
    journal = *store::Journal::open(folder.file("journal"), "spring");
    ledger = std::make_unique<Ledger>(
        loop, *journal, sink,
        Ledger::Callbacks{.cleared = [](Item&) {},
                          .settled = [this](Item&, const records::DeliveryEvent&) { ++settled; },
                          .withdrawn = [](Item&) {},
                          .batch_done = [] {},
                          .sink_failed = [this] { ++sink_failures; },
                          .journal_failed = [](const Error&) {}});
    item.id = journal->new_id();
    item.message.message_id = "1@sender.example";
    ledger->intend(item);
    records::DeliveryEvent event;
    event.campaign = "spring";
    event.email = "a@example.jp";
    ledger->settle(item, store::Standing::Done, event);
    journal->sync();
    ledger->advance();
  }
  /// What the next run finds.
  std::size_t unreported() {
    ledger.reset();
    journal.reset();
    journal = *store::Journal::open(folder.file("journal"), "spring", {.resume = true});
    return journal->unreported(0, 10)->size();
  }

  const TempFolder folder;
  net::Loop loop;
  std::unique_ptr<store::Journal> journal;
  Sink sink;
  Item item{1, {*Address::parse("a@example.jp"), "{}"}};
  int settled = 0;
  int sink_failures = 0;
  std::unique_ptr<Ledger> ledger;
};

TEST_CASE("a batch is flushed, neither synced nor confirmed") {
  Bench bench;
  CHECK(bench.settled == 1);
  CHECK(bench.sink.events == 1);
  CHECK(bench.sink.flushes == 1);
  CHECK(bench.sink.syncs == 0);
  CHECK(bench.unreported() == 1);
}

TEST_CASE("what the sink has synced is confirmed, once") {
  Bench bench;
  bench.ledger->sync();
  bench.ledger->sync();
  CHECK(bench.sink.syncs == 1);
  CHECK(bench.unreported() == 0);
}

TEST_CASE("what the sink could not sync is not confirmed") {
  Bench bench;
  bench.sink.syncing = false;
  bench.ledger->sync();
  bench.ledger->sync();
  CHECK(bench.sink_failures == 1);
  CHECK(bench.unreported() == 1);
}

}  // namespace

}  // namespace ledger_test
