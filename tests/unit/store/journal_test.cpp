#include "store/journal.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <atomic>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "store/sqlite.h"
#include "temp_folder.h"

namespace journal_test {

namespace {

using hagaki::ErrorCode;
using hagaki::Timestamp;
using hagaki::store::Database;
using hagaki::store::Intent;
using hagaki::store::Journal;
using hagaki::store::Standing;

std::unique_ptr<Journal> open(const std::string& path, bool resume = false) {
  Journal::Options options;
  options.resume = resume;
  auto journal = Journal::open(path, "spring", options);
  if (!journal) FAIL(journal.error().text());
  return std::move(*journal);
}

Intent intent(Journal& journal, const std::string& key) {
  Intent i;
  i.id = journal.new_id();
  i.key = key;
  i.email = key;
  i.message_id = "id-" + key;
  i.envelope_sender = "b@sender.example";
  return i;
}

std::uint64_t plan(Journal& journal, const std::string& key) {
  auto i = intent(journal, key);
  const auto id = i.id;
  journal.intend(std::move(i));
  return id;
}

std::uint64_t settle(Journal& journal, std::uint64_t id, Standing standing,
                     const std::string& event, int attempt = 1) {
  std::uint64_t number = 0;
  journal.settle({id, attempt, standing, event, "{\"event\":\"" + event + "\"}"}, number);
  return number;
}

/// The file's bytes; none where there is no file.
std::string content(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The database at `path`, made where there is none, after `sql`.
Database run_sql(const std::string& path, const std::string& sql) {
  auto db = Database::open(path, Database::Mode::ReadWrite);
  REQUIRE(db);
  REQUIRE(db->run(sql.c_str()));
  return std::move(*db);
}

/// Copies a journal as a killed run leaves it.
void copy_killed(const std::string& from, const std::string& to) {
  for (const char* part : {"", "-wal", "-sent"}) {
    if (std::filesystem::exists(from + part)) std::filesystem::copy_file(from + part, to + part);
  }
}

/// Lets the last run look as if the machine had been rebooted since.
void forget_boot(const std::string& path) {
  run_sql(path, "UPDATE meta SET value='another' WHERE name='boot'");
}

TEST_CASE("a recipient is found from its intent on, committed or not") {
  const TempFolder folder;
  auto journal = open(folder.file("j"));
  CHECK(!journal->had_work());
  CHECK(!*journal->find("a@x"));
  const auto id = plan(*journal, "a@x");
  const auto before = journal->find("a@x");
  REQUIRE(*before);
  CHECK((*before)->id == id);
  CHECK((*before)->standing == Standing::InFlight);
  journal->sync();
  const auto after = journal->find("a@x");
  REQUIRE(*after);
  CHECK((*after)->id == id);
  CHECK((*after)->standing == Standing::InFlight);
}

TEST_CASE("tickets are committed in order, and the owner hears of it") {
  const TempFolder folder;
  auto journal = open(folder.file("j"));
  std::atomic<int> calls{0};
  journal->on_commit([&calls] { ++calls; });
  const auto first = journal->intend(intent(*journal, "a@x"));
  const auto second = journal->intend(intent(*journal, "b@x"));
  CHECK(first < second);
  journal->sync();
  CHECK(journal->committed() >= second);
  CHECK(calls > 0);
}

TEST_CASE("what a run that died left in flight") {
  struct Case {
    const char* name;
    bool marked;
    bool rebooted;
    bool marks_lost;
    Standing want;
  };
  const Case cases[] = {
      {"no mark: the body never went out", false, false, false, Standing::Planned},
      {"mark: a server may have it", true, false, false, Standing::Interrupted},
      {"reboot: marks prove nothing", false, true, false, Standing::Interrupted},
      {"marks lost: nothing is proved", false, false, true, Standing::Interrupted},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const TempFolder folder;
    const auto path = folder.file("j");
    {
      auto journal = open(path);
      const auto id = plan(*journal, "a@x");
      settle(*journal, plan(*journal, "done@x"), Standing::Done, "delivered");
      journal->sync();
      if (c.marked) CHECK(journal->mark_sending(5, id, 1));
    }
    if (c.rebooted) forget_boot(path);
    if (c.marks_lost) std::filesystem::remove(path + "-sent");
    // Sorting is done once: a second resume without a settlement says the same.
    for (int resume = 0; resume < 2; ++resume) {
      auto journal = open(path, true);
      CHECK(journal->had_work());
      const auto known = journal->find("a@x");
      REQUIRE(*known);
      CHECK((*known)->standing == c.want);
      CHECK((*known)->attempt == (c.want == Standing::Planned ? 0 : 1));
      CHECK((*journal->find("done@x"))->standing == Standing::Done);
      REQUIRE(journal->interrupted().size() == (c.want == Standing::Interrupted ? 1 : 0));
      for (const auto& cut : journal->interrupted()) {
        CHECK(cut.email == "a@x");
        CHECK(cut.message_id == "id-a@x");
        CHECK(cut.envelope_sender == "b@sender.example");
      }
    }
  }
}

TEST_CASE("a mark counts for its try only") {
  const TempFolder folder;
  const auto path = folder.file("j");
  {
    auto journal = open(path);
    const auto id = plan(*journal, "a@x");
    CHECK(journal->mark_sending(0, id, 1));
    settle(*journal, id, Standing::Waiting, "deferred");
    Intent again;
    again.id = id;
    again.first = false;
    again.attempt = 2;
    journal->intend(again);
    journal->sync();
  }
  auto journal = open(path, true);
  const auto known = journal->find("a@x");
  CHECK((*known)->standing == Standing::Waiting);
  CHECK((*known)->attempt == 1);
}

TEST_CASE("records stay until they are confirmed") {
  const TempFolder folder;
  const auto path = folder.file("j");
  {
    auto journal = open(path);
    const auto one = settle(*journal, plan(*journal, "a@x"), Standing::Done, "delivered");
    settle(*journal, plan(*journal, "b@x"), Standing::Done, "failed");
    settle(*journal, plan(*journal, "c@x"), Standing::Waiting, "deferred");
    journal->confirm(one);
  }
  auto journal = open(path, true);
  const auto first = journal->unreported(0, 1);
  REQUIRE(first);
  REQUIRE(first->size() == 1);
  CHECK((*first)[0].record == "{\"event\":\"failed\"}");
  const auto rest = journal->unreported((*first)[0].outcome, 10);
  REQUIRE(rest->size() == 1);
  CHECK((*rest)[0].record == "{\"event\":\"deferred\"}");
  // Outcomes of this run are not among those of earlier ones.
  settle(*journal, plan(*journal, "d@x"), Standing::Done, "delivered");
  journal->sync();
  CHECK(journal->unreported(0, 10)->size() == 2);
}

TEST_CASE("a try that was not made leaves its recipient as it was") {
  struct Case {
    const char* name;
    const char* event;  // of the try before; empty: there was none
    Standing before;
  };
  const Case cases[] = {
      {"its first", "", Standing::Planned},
      {"after a deferral", "deferred", Standing::Waiting},
      {"of one held back", "held", Standing::Done},
      {"of one uncertain: it takes another word to send to it", "uncertain", Standing::Done},
  };
  for (const auto& c : cases) {
    for (const bool killed : {false, true}) {
      CAPTURE(c.name);
      CAPTURE(killed);
      const TempFolder folder;
      const auto path = folder.file("j");
      const bool tried = *c.event != '\0';
      {
        auto journal = open(path);
        const auto id = plan(*journal, "a@x");
        if (tried) {
          journal->confirm(settle(*journal, id, c.before, c.event));
          Intent again;
          again.id = id;
          again.first = false;
          again.attempt = 2;
          journal->intend(again);
        }
        if (!killed) journal->withdraw(id, tried ? 2 : 1);
      }
      auto journal = open(path, true);
      const auto known = *journal->find("a@x");
      REQUIRE(known);
      CHECK(known->standing == c.before);
      CHECK(known->attempt == (tried ? 1 : 0));
      CHECK(known->first_at.has_value() == tried);
      CHECK(known->event == c.event);
      CHECK(journal->unreported(0, 10)->empty());
      CHECK(*journal->unfinished() == (c.before == Standing::Done ? 0 : 1));
    }
  }
}

TEST_CASE("when a recipient was tried first, and when it may be tried again") {
  const Timestamp noon = *hagaki::parse_rfc3339("2026-11-21T12:00:00Z");
  const auto hours = [noon](int n) { return noon + std::chrono::hours(n); };
  const TempFolder folder;
  const auto path = folder.file("j");
  {
    auto journal = open(path);
    auto first = intent(*journal, "a@x");
    first.at = noon;
    const auto id = first.id;
    journal->intend(std::move(first));
    CHECK((*journal->find("a@x"))->first_at == noon);
    std::uint64_t number = 0;
    journal->settle({id, 1, Standing::Waiting, "deferred", "{}", hours(1), hours(2), "greylisted"},
                    number);
    Intent again;
    again.id = id;
    again.first = false;
    again.attempt = 2;
    again.at = hours(3);
    journal->intend(again);
    journal->settle({id, 2, Standing::Waiting, "deferred", "{}", hours(3), hours(7)}, number);
    // One that waits for a limit before anything is tried, and one with no time given.
    journal->plan(intent(*journal, "b@x"), hours(24));
    journal->plan(intent(*journal, "c@x"));
    CHECK((*journal->find("b@x"))->standing == Standing::Planned);
  }
  auto journal = open(path, true);
  const auto a = *journal->find("a@x");
  CHECK(a->first_at == noon);
  CHECK(a->retry_at == hours(7));
  const auto b = *journal->find("b@x");
  CHECK(b->standing == Standing::Planned);
  CHECK(b->attempt == 0);
  CHECK(!b->first_at);
  CHECK(b->retry_at == hours(24));
  const auto c = *journal->find("c@x");
  CHECK(!c->retry_at);
  CHECK(*journal->unfinished() == 3);
  CHECK(journal->interrupted().empty());

  Intent now;
  now.id = b->id;
  now.first = false;
  now.message_id = "id-b";
  now.at = hours(25);
  journal->intend(now);
  settle(*journal, b->id, Standing::Done, "delivered");
  journal->sync();
  CHECK((*journal->find("b@x"))->first_at == hours(25));
  CHECK(!(*journal->find("b@x"))->retry_at);
}

TEST_CASE("who takes a recipient's mail, and why it was refused, is for those who read the file") {
  const TempFolder folder;
  const auto path = folder.file("j");
  {
    auto journal = open(path);
    auto i = intent(*journal, "a@x");
    i.provider = "google";
    const auto id = i.id;
    journal->intend(i);
    std::uint64_t number = 0;
    journal->settle({id, 1, Standing::Waiting, "deferred", "{}", {}, {}, "ratelimited"}, number);
    i.first = false;
    i.provider.clear();
    journal->intend(i);
    auto planned = intent(*journal, "b@x");
    planned.provider = "yahoo";
    journal->plan(planned);
  }
  const auto db = Database::open(path, Database::Mode::ReadOnly);
  const auto count = [&db](const char* sql) { return *hagaki::store::query_number(*db, sql); };
  CHECK(count("SELECT count(*) FROM recipient WHERE provider='google' AND reason='ratelimited'") ==
        1);
  CHECK(count("SELECT count(*) FROM recipient WHERE provider='yahoo' AND reason IS NULL") == 1);
}

/// The tables as earlier versions made them, with five recipients.
std::string older_journal(int version) {
  const bool timed = version >= 2;
  const auto row = [&](int id, const char* key, int standing, int attempt, const char* event,
                       const char* at) {
    return "INSERT INTO recipient VALUES (" + std::to_string(id) + ",'" + key + "'," +
           std::to_string(standing) + "," + std::to_string(attempt) + ",NULL,'m','b@s'," + event +
           (timed ? std::string(",") + at : std::string()) + ");";
  };
  return "PRAGMA application_id=1751608170; PRAGMA user_version=" + std::to_string(version) +
         ";CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
         "CREATE TABLE recipient (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, standing "
         "INTEGER NOT NULL, attempt INTEGER NOT NULL, email TEXT, message_id TEXT, envelope_sender "
         "TEXT, event TEXT" +
         (timed ? ", at INTEGER" : "") +
         ");CREATE TABLE outcome (id INTEGER PRIMARY KEY, record TEXT NOT NULL);"
         "INSERT INTO meta VALUES ('campaign','spring'),('nonce','0123456789abcdef0123456789abcdef'"
         "),('boot','another'),('finished','0');" +
         row(1, "done@x", 3, 1, "'delivered'", "1000000000000") +
         row(2, "waits@x", 2, 3, "'deferred'", "1000000000000") +
         row(3, "withdrawn@x", 0, 0, "''", "0") + row(4, "planned@x", 0, 0, "NULL", "NULL") +
         row(5, "cut@x", 1, 1, "NULL", "NULL") + "INSERT INTO outcome VALUES (7,'{\"v\":1}');";
}

TEST_CASE("a journal of an earlier version goes on in the present form") {
  const Timestamp then{std::chrono::milliseconds(1'000'000'000'000)};
  for (const int version : {1, 2}) {
    CAPTURE(version);
    const TempFolder folder;
    const auto path = folder.file("j");
    run_sql(path, older_journal(version));
    const auto changed = std::chrono::time_point_cast<std::chrono::milliseconds>(
        std::chrono::file_clock::to_sys(std::filesystem::last_write_time(path)));
    const auto journal = open(path, true);
    struct Case {
      const char* key;
      Standing standing;
      int attempt;
      const char* event;
      bool tried;
    };
    const Case cases[] = {
        {"done@x", Standing::Done, 1, "delivered", true},
        {"waits@x", Standing::Waiting, 3, "deferred", true},
        {"withdrawn@x", Standing::Planned, 0, "", false},
        {"planned@x", Standing::Planned, 0, "", false},
        {"cut@x", Standing::Interrupted, 1, "", true},
    };
    for (const auto& c : cases) {
      CAPTURE(c.key);
      const auto known = *journal->find(c.key);
      REQUIRE(known);
      CHECK(known->standing == c.standing);
      CHECK(known->attempt == c.attempt);
      CHECK(known->event == c.event);
      CHECK(!known->retry_at);
      REQUIRE(known->first_at.has_value() == c.tried);
      if (!c.tried) continue;
      // The time of the outcome where the version kept it, else that of the last change.
      if (version == 2 && *c.event != '\0') {
        CHECK(*known->first_at == then);
      } else {
        CHECK(*known->first_at - changed <= std::chrono::milliseconds(1));
        CHECK(*known->first_at >= changed);
      }
    }
    CHECK(journal->interrupted().size() == 1);
    CHECK(journal->unreported(0, 10)->size() == 1);
    plan(*journal, "new@x");
    journal->sync();
    CHECK(!journal->failure());
  }
}

TEST_CASE("who may open a journal, and when") {
  const TempFolder folder;
  const auto path = folder.file("j");
  {
    auto journal = open(path);
    plan(*journal, "a@x");
    const auto locked = Journal::open(path, "spring");
    REQUIRE(!locked);
    CHECK(locked.error().code == ErrorCode::Retry);
  }
  const auto unfinished = Journal::open(path, "spring");
  REQUIRE(!unfinished);
  CHECK(unfinished.error().code == ErrorCode::Denied);
  CHECK(unfinished.error().message.find("--resume") != std::string::npos);

  Journal::Options resume;
  resume.resume = true;
  const auto other = Journal::open(path, "autumn", resume);
  REQUIRE(!other);
  CHECK(other.error().code == ErrorCode::Config);

  open(path, true)->finish();
  const auto finished = open(path);
  CHECK(finished->had_work());
}

TEST_CASE("a refused opening changes nothing") {
  const TempFolder folder;
  const auto path = folder.file("j");
  {
    auto journal = open(path);
    const auto id = plan(*journal, "a@x");
    journal->sync();
    CHECK(journal->mark_sending(0, id, 1));
  }
  CHECK(!Journal::open(path, "spring"));
  CHECK(open(path, true)->interrupted().size() == 1);
}

TEST_CASE("a file that is no journal stays as it is") {
  constexpr const char* kTable = "CREATE TABLE t (x); INSERT INTO t VALUES (1)";
  struct Case {
    const char* name;
    std::string content;  // of a file that is no database
    std::string sql;      // what makes it
    bool in_log = false;  // copied while all of it is in the write-ahead log
  };
  const Case cases[] = {
      {"text", std::string(5000, 'x'), ""},
      {"short text", "x", ""},
      {"a database cut short", std::string("SQLite format 3\0", 16), ""},
      {"a database", "", kTable},
      {"of another program", "", "PRAGMA application_id=7; PRAGMA user_version=1"},
      {"of another program, with the tables", "",
       "PRAGMA application_id=7; CREATE TABLE recipient (id, key)"},
      {"of another version", "", "PRAGMA application_id=1751608170; PRAGMA user_version=4"},
      {"with a write-ahead log", "", std::string("PRAGMA journal_mode=WAL;") + kTable},
      {"all in the log", "", std::string("PRAGMA journal_mode=WAL;") + kTable, true},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const TempFolder folder;
    const auto path = folder.file("other");
    if (c.sql.empty()) {
      std::ofstream(path) << c.content;
    } else {
      const auto made = c.in_log ? folder.file("made") : path;
      const auto db = run_sql(made, c.sql);
      if (c.in_log) copy_killed(made, path);
    }
    const auto before = content(path);
    const auto log = content(path + "-wal");
    const auto journal = Journal::open(path, "spring");
    REQUIRE(!journal);
    CHECK(journal.error().code == ErrorCode::Config);
    CHECK(content(path) == before);
    CHECK(content(path + "-wal") == log);
    // All in the log: only reading the log tells whose file it is.
    if (!c.in_log) CHECK(!std::filesystem::exists(path + "-sent"));
  }
}

TEST_CASE("where no journal can be") {
  const TempFolder folder;
  const auto nowhere = Journal::open(folder.file("no/such/folder"), "spring");
  REQUIRE(!nowhere);
  CHECK(nowhere.error().code == ErrorCode::Io);
  const auto device = Journal::open("/dev/null", "spring");
  REQUIRE(!device);
  CHECK(device.error().code == ErrorCode::Config);
}

TEST_CASE("somebody else's file in the place of the marks") {
  const TempFolder folder;
  const auto path = folder.file("j");
  std::ofstream(path + "-sent") << "letters sent in 2025\n";
  const auto journal = Journal::open(path, "spring");
  REQUIRE(!journal);
  CHECK(journal.error().code == ErrorCode::Config);
  CHECK(journal.error().context == path + "-sent");
  CHECK(content(path + "-sent") == "letters sent in 2025\n");
  CHECK(!std::filesystem::exists(path));
}

TEST_CASE("an empty file becomes a journal, and so does an empty database") {
  for (const char* sql : {"", "VACUUM"}) {
    CAPTURE(sql);
    const TempFolder folder;
    std::ofstream(folder.file("j")).flush();
    run_sql(folder.file("j"), sql);
    plan(*open(folder.file("j")), "a@x");
    CHECK(open(folder.file("j"), true)->had_work());
  }
}

TEST_CASE("a journal whose first tables are in its log alone is one") {
  const TempFolder folder;
  auto journal = open(folder.file("j"));
  plan(*journal, "a@x");
  journal->sync();
  copy_killed(folder.file("j"), folder.file("k"));
  CHECK(open(folder.file("k"), true)->had_work());
}

TEST_CASE("addresses are for their owner's eyes") {
  const TempFolder folder;
  auto journal = open(folder.file("j"));
  plan(*journal, "a@x");
  journal->sync();
  for (const char* name : {"j", "j-wal", "j-sent"}) {
    CAPTURE(name);
    struct stat info{};
    REQUIRE(stat(folder.file(name).c_str(), &info) == 0);
    CHECK((info.st_mode & 0077) == 0);
  }
}

TEST_CASE("after a failed write no ticket is committed any more") {
  const TempFolder folder;
  auto journal = open(folder.file("j"));
  plan(*journal, "a@x");
  journal->sync();
  // A second first intent for the same key breaks the table's rule, as no caller may.
  auto twice = intent(*journal, "a@x");
  const auto ticket = journal->intend(std::move(twice));
  journal->sync();
  REQUIRE(journal->failure());
  const auto later = journal->intend(intent(*journal, "b@x"));
  journal->sync();
  CHECK(journal->committed() < ticket);
  CHECK(journal->committed() < later);
}

}  // namespace

}  // namespace journal_test
