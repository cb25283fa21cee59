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

namespace {

using hagaki::ErrorCode;
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
  CHECK((*known)->standing == Standing::Planned);
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

TEST_CASE("an intent that is taken back leaves no record") {
  const TempFolder folder;
  const auto path = folder.file("j");
  {
    auto journal = open(path);
    const auto id = plan(*journal, "a@x");
    std::uint64_t number = 0;
    journal->settle({id, 0, Standing::Planned, "", ""}, number);
  }
  auto journal = open(path, true);
  CHECK((*journal->find("a@x"))->standing == Standing::Planned);
  CHECK(journal->unreported(0, 10)->empty());
  CHECK(*journal->unfinished() == 1);
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
      {"of another version", "", "PRAGMA application_id=1751608170; PRAGMA user_version=3"},
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
