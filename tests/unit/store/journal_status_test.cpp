#include "store/journal_status.h"

#include <doctest/doctest.h>

#include <unistd.h>

#include <fstream>
#include <memory>
#include <string>

#include "store/journal.h"
#include "store/sqlite.h"
#include "temp_folder.h"

namespace journal_status_test {

namespace {

using namespace hagaki;
using store::Journal;
using store::JournalStatus;
using store::Standing;
using Run = JournalStatus::Run;

const Timestamp kNow = *parse_rfc3339("2026-11-22T12:00:00Z");

Timestamp seconds(int n) {
  return kNow + std::chrono::seconds(n);
}

std::unique_ptr<Journal> open(const std::string& path) {
  Journal::Options options;
  options.resume = true;
  auto journal = Journal::open(path, "spring", options);
  if (!journal) FAIL(journal.error().text());
  return std::move(*journal);
}

std::uint64_t begin(Journal& journal, const std::string& key, const std::string& provider) {
  store::Intent intent;
  intent.id = journal.new_id();
  intent.key = intent.email = key;
  intent.provider = provider;
  intent.at = kNow;
  const auto id = intent.id;
  journal.intend(std::move(intent));
  return id;
}

struct Ended {
  const char* key;
  const char* provider;
  Standing standing;
  const char* event;
  int at;  // seconds from kNow
  const char* reason = "";
  int retry_at = 0;  // the same; 0 = none
};

void add(Journal& journal, const Ended& e) {
  std::uint64_t number = 0;
  std::optional<Timestamp> retry_at;
  if (e.retry_at != 0) retry_at = seconds(e.retry_at);
  journal.settle({begin(journal, e.key, e.provider), 1, e.standing, e.event, "{}", seconds(e.at),
                  retry_at, e.reason},
                 number);
}

JournalStatus status_of(const std::string& path) {
  auto status = store::read_journal_status(path, kNow);
  if (!status) FAIL(status.error().text());
  return std::move(*status);
}

void run_sql(const std::string& path, const char* sql) {
  auto db = store::Database::open(path, store::Database::Mode::ReadWrite);
  REQUIRE(db);
  const auto done = db->run(sql);
  if (!done) FAIL(done.error().text());
}

TEST_CASE("who stands how, by provider, while the campaign runs and afterwards") {
  const TempFolder folder;
  const auto path = folder.file("j");
  {
    const auto journal = open(path);
    add(*journal, {"a@x", "google", Standing::Done, "delivered", -30});
    add(*journal, {"b@x", "google", Standing::Done, "delivered", -300});
    add(*journal, {"c@x", "google", Standing::Done, "failed", -3000, "userunknown"});
    add(*journal, {"d@x", "google", Standing::Waiting, "deferred", -20, "ratelimited", 90});
    add(*journal, {"e@x", "yahoo", Standing::Waiting, "deferred", -10, "greylisted", 60});
    add(*journal, {"f@x", "yahoo", Standing::Done, "held", -5});
    add(*journal, {"g@x", "", Standing::Done, "uncertain", -5});
    begin(*journal, "h@x", "yahoo");
    store::Intent planned;
    planned.id = journal->new_id();
    planned.key = planned.email = "i@x";
    planned.provider = "yahoo";
    journal->plan(planned, seconds(3600));
    journal->sync();
    // What was before the run began is not this run's.
    const auto began = seconds(-100).time_since_epoch().count();
    run_sql(
        path,
        ("UPDATE meta SET value='" + std::to_string(began) + "' WHERE name='run_began'").c_str());
    const auto status = status_of(path);
    CHECK(status.run == Run::Running);
    CHECK(status.pid == ::getpid());
    CHECK(status.campaign == "spring");
    CHECK(status.recipients() == 9);
    CHECK(status.counts.delivered == 2);
    CHECK(status.counts.failed == 1);
    CHECK(status.counts.held == 1);
    CHECK(status.counts.uncertain == 1);
    CHECK(status.counts.deferred == 2);
    CHECK(status.counts.planned == 1);
    CHECK(status.counts.in_flight == 1);
    CHECK(status.counts.left() == 4);
    CHECK(!status.left());
    CHECK(!status.eta(kNow));
    CHECK(status.last_minute == 3);
    CHECK(status.last_ten_minutes == 3);
    CHECK(status.last_outcome == seconds(-5));
    CHECK(status.next_retry_at == seconds(60));
    CHECK(status.last_retry_at == seconds(3600));
    REQUIRE(status.providers.size() == 3);
    CHECK(status.providers[0].name.empty());
    CHECK(status.providers[0].counts.uncertain == 1);
    CHECK(status.providers[1].name == "google");
    CHECK(status.providers[1].counts.left() == 1);
    CHECK(status.providers[1].reason == "ratelimited");
    CHECK(status.providers[1].reason_at == seconds(-20));
    CHECK(status.providers[2].name == "yahoo");
    CHECK(status.providers[2].counts.left() == 3);

    journal->note_input(20, true);
    journal->sync();
    CHECK(status_of(path).left() == 15);
  }
  const auto stopped = status_of(path);
  CHECK(stopped.run == Run::Stopped);
  CHECK(stopped.run_ended);
  CHECK(stopped.rate(kNow) == 0);
  open(path)->finish();
  CHECK(status_of(path).run == Run::Done);
  CHECK(status_of(path).left() == 0);
}

TEST_CASE("a run that was killed, and journals that tell less") {
  const TempFolder folder;
  const auto path = folder.file("j");
  add(*open(path), {"a@x", "google", Standing::Waiting, "deferred", -30, "greylisted", 60});
  run_sql(path, "UPDATE meta SET value='' WHERE name='run_ended'");
  CHECK(status_of(path).run == Run::Died);
  run_sql(path, R"(
CREATE TABLE second AS SELECT id, key, standing, attempt, email, message_id, envelope_sender, event,
  at FROM recipient;
DROP TABLE recipient;
ALTER TABLE second RENAME TO recipient;
DELETE FROM meta WHERE name NOT IN ('campaign','nonce','boot','finished');
PRAGMA user_version=2)");
  const auto second = status_of(path);
  CHECK(second.run == Run::Unknown);
  CHECK(second.counts.deferred == 1);
  CHECK(second.last_outcome == seconds(-30));
  CHECK(!second.next_retry_at);
  REQUIRE(second.providers.size() == 1);
  CHECK(second.providers[0].name.empty());
  run_sql(path, "ALTER TABLE recipient DROP COLUMN at; PRAGMA user_version=1");
  CHECK(status_of(path).counts.deferred == 1);
  CHECK(!status_of(path).last_outcome);
}

TEST_CASE("when the end is near") {
  struct Case {
    const char* name;
    Run run;
    int minutes;  // since the run began
    std::uint64_t done;
    std::uint64_t last_ten;
    bool complete;
    std::optional<int> last_retry_at;
    std::optional<int> want;  // seconds
  };
  const Case cases[] = {
      {"at the rate of ten minutes", Run::Running, 60, 400, 600, true, {}, 600},
      {"at the rate of a young run", Run::Running, 5, 400, 600, true, {}, 300},
      {"not before the last wait", Run::Running, 60, 400, 600, true, 7200, 7200},
      {"a wait that ends sooner", Run::Running, 60, 400, 600, true, 10, 600},
      {"the list goes on", Run::Running, 60, 400, 600, false, {}, {}},
      {"nothing goes out", Run::Running, 60, 400, 0, true, {}, {}},
      {"nobody is left", Run::Running, 60, 1000, 600, true, {}, {}},
      {"nothing runs", Run::Stopped, 60, 400, 600, true, {}, {}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    JournalStatus status;
    status.run = c.run;
    status.run_began = kNow - std::chrono::minutes(c.minutes);
    status.input = 1000;
    status.input_complete = c.complete;
    status.counts.delivered = c.done;
    status.last_ten_minutes = c.last_ten;
    if (c.last_retry_at) status.last_retry_at = seconds(*c.last_retry_at);
    const auto eta = status.eta(kNow);
    REQUIRE(eta.has_value() == c.want.has_value());
    if (c.want) CHECK(*eta == seconds(*c.want));
  }
}

TEST_CASE("what has no status") {
  const TempFolder folder;
  std::ofstream(folder.file("text")) << "dear diary";
  std::ofstream(folder.file("empty")).flush();
  run_sql(folder.file("books"), "CREATE TABLE t (x)");
  struct Case {
    const char* name;
    ErrorCode want;
  };
  const Case cases[] = {{"missing", ErrorCode::NotFound},
                        {"empty", ErrorCode::NotFound},
                        {"text", ErrorCode::Config},
                        {"books", ErrorCode::Config}};
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto status = store::read_journal_status(folder.file(c.name), kNow);
    REQUIRE(!status);
    CHECK(status.error().code == c.want);
    CHECK(status.error().context == folder.file(c.name));
  }
}

}  // namespace

}  // namespace journal_status_test
