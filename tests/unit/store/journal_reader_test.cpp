#include "store/journal_reader.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "store/recent_mailings.h"
#include "store/sqlite.h"
#include "temp_folder.h"

namespace journal_reader_test {

namespace {

using namespace hagaki;
using store::Journal;
using store::JournalEntry;
using store::JournalReader;
using store::RecentMailings;
using store::Standing;

const Timestamp kNow = *parse_rfc3339("2026-11-21T12:00:00Z");

std::unique_ptr<Journal> open(const std::string& path, const std::string& campaign) {
  auto journal = Journal::open(path, campaign);
  if (!journal) FAIL(journal.error().text());
  return std::move(*journal);
}

/// Journals a try, and where `event` is not empty its outcome at `at`.
void mail(Journal& journal, const std::string& key, Standing standing, const std::string& event,
          Timestamp at = kNow) {
  store::Intent intent;
  intent.id = journal.new_id();
  intent.key = intent.email = key;
  const auto id = intent.id;
  journal.intend(std::move(intent));
  std::uint64_t number = 0;
  if (!event.empty()) journal.settle({id, 1, standing, event, "{}", at}, number);
  journal.sync();
}

/// "delivered 2026-11-21T12:00:00.000Z" by key.
std::map<std::string, std::string> content(const std::string& path) {
  const auto journal = JournalReader::open(path);
  REQUIRE(journal);
  REQUIRE(*journal);
  std::map<std::string, std::string> out;
  const auto read = (*journal)->for_each([&out](const JournalEntry& entry) {
    out[entry.key] = entry.event + (entry.at ? " " + format_rfc3339(*entry.at) : "");
  });
  REQUIRE(read);
  return out;
}

void run_sql(const std::string& path, const char* sql) {
  auto db = store::Database::open(path, store::Database::Mode::ReadWrite);
  REQUIRE(db);
  REQUIRE(db->run(sql));
}

TEST_CASE("a journal is read while it is written, and afterwards, and left as it is") {
  const TempFolder folder;
  const std::string path = folder.file("spring");
  const std::map<std::string, std::string> want = {{"a@x", "delivered 2026-11-21T12:00:00.000Z"},
                                                   {"b@x", ""}};
  {
    const auto journal = open(path, "spring");
    mail(*journal, "a@x", Standing::Done, "delivered");
    mail(*journal, "b@x", Standing::InFlight, "");
    CHECK(content(path) == want);
    mail(*journal, "c@x", Standing::Waiting, "deferred");
    CHECK(content(path).size() == 3);
  }
  CHECK_FALSE(std::filesystem::exists(path + "-wal"));
  const auto before = std::filesystem::last_write_time(path);
  CHECK(content(path).size() == 3);
  CHECK((*JournalReader::open(path))->campaign() == "spring");
  CHECK(std::filesystem::last_write_time(path) == before);
  CHECK_FALSE(std::filesystem::exists(path + "-wal"));
  CHECK_FALSE(std::filesystem::exists(path + "-shm"));
}

TEST_CASE("a path that begins with two slashes") {
  const TempFolder folder;
  const std::string path = folder.file("spring");
  mail(*open(path, "spring"), "a@x", Standing::Done, "delivered");
  REQUIRE(path.starts_with('/'));
  CHECK(content('/' + path).size() == 1);
}

TEST_CASE("what is no journal") {
  const TempFolder folder;
  std::ofstream(folder.file("text")) << "dear diary";
  std::ofstream(folder.file("empty"));
  run_sql(folder.file("books"), "CREATE TABLE t (x)");
  run_sql(folder.file("blank"), "VACUUM");
  run_sql(folder.file("newer"),
          "PRAGMA application_id=1751608170; PRAGMA user_version=4; CREATE TABLE t (x)");
  for (const char* name : {"text", "empty", "books", "blank", "missing"}) {
    CAPTURE(name);
    const auto journal = JournalReader::open(folder.file(name));
    REQUIRE(journal);
    CHECK_FALSE(*journal);
  }
  CHECK(JournalReader::open(folder.file("newer")).error().code == ErrorCode::Config);
  std::filesystem::create_directory(folder.file("folder"));
  CHECK(RecentMailings::read(folder.file("folder"), "c", kNow, rules::KeyHasher("s")));
  CHECK(RecentMailings::read(folder.file("nowhere"), "c", kNow, rules::KeyHasher("s")));
  CHECK_FALSE(RecentMailings::read(folder.file(""), "c", kNow, rules::KeyHasher("s")));
}

/// A journal of the first version: outcomes without times.
void make_timeless(const std::string& path) {
  run_sql(path, R"(
ALTER TABLE recipient DROP COLUMN at; ALTER TABLE recipient DROP COLUMN first_at;
ALTER TABLE recipient DROP COLUMN retry_at; ALTER TABLE recipient DROP COLUMN provider;
ALTER TABLE recipient DROP COLUMN reason; PRAGMA user_version=1)");
}

TEST_CASE("a journal without times gets them when it goes on, from its last change") {
  const TempFolder folder;
  const std::string path = folder.file("spring");
  {
    const auto journal = open(path, "spring");
    mail(*journal, "a@x", Standing::Done, "delivered");
    mail(*journal, "b@x", Standing::Waiting, "deferred");
    journal->finish();
  }
  make_timeless(path);
  CHECK(content(path) ==
        std::map<std::string, std::string>{{"a@x", "delivered"}, {"b@x", "deferred"}});
  const auto changed = (*JournalReader::open(path))->last_written();
  {
    const auto journal = open(path, "spring");
    CHECK((*journal->find("a@x"))->standing == Standing::Done);
    mail(*journal, "c@x", Standing::Done, "failed");
    CHECK(journal->keys(2)->size() == 2);
    CHECK(journal->keys(9)->size() == 3);
  }
  const std::string then = format_rfc3339(changed);
  CHECK(content(path) ==
        std::map<std::string, std::string>{{"a@x", "delivered " + then},
                                           {"b@x", "deferred " + then},
                                           {"c@x", "failed 2026-11-21T12:00:00.000Z"}});
}

TEST_CASE("who was mailed lately") {
  const TempFolder folder;
  const auto hours = [](int n) { return kNow - std::chrono::hours(n); };
  {
    const auto spring = open(folder.file("spring"), "spring");
    mail(*spring, "delivered@x", Standing::Done, "delivered", hours(5));
    mail(*spring, "long.ago@x", Standing::Done, "delivered", hours(30));
    mail(*spring, "just.so@x", Standing::Done, "delivered", hours(24));
    mail(*spring, "failed@x", Standing::Done, "failed", hours(5));
    mail(*spring, "deferred@x", Standing::Waiting, "deferred", hours(5));
    mail(*spring, "uncertain@x", Standing::Done, "uncertain", hours(5));
    mail(*spring, "on.its.way@x", Standing::InFlight, "");
    const auto summer = open(folder.file("summer.db"), "summer");
    mail(*summer, "delivered@x", Standing::Done, "delivered", hours(2));
    mail(*summer, "long.ago@x", Standing::Done, "delivered", hours(40));
    const auto own = open(folder.file("own"), "own");
    mail(*own, "own@x", Standing::Done, "delivered", hours(1));
    const auto timeless = open(folder.file("timeless"), "timeless");
    mail(*timeless, "timeless@x", Standing::Done, "delivered", hours(1));
  }
  make_timeless(folder.file("timeless"));
  std::ofstream(folder.file("notes.txt")) << "not a journal";
  // What was written to last before the time matters to nobody, readable or not.
  run_sql(folder.file("newer"),
          "PRAGMA application_id=1751608170; PRAGMA user_version=99; CREATE TABLE t (x)");
  const auto touch = [&folder](Timestamp at) {
    std::filesystem::last_write_time(folder.file("newer"), std::chrono::file_clock::from_sys(at));
  };
  touch(hours(23));
  CHECK_FALSE(RecentMailings::read(folder.file(""), "own", hours(24), rules::KeyHasher("s")));
  touch(hours(25));
  const auto recent =
      RecentMailings::read(folder.file(""), "own", hours(24), rules::KeyHasher("s"));
  REQUIRE(recent);
  struct Case {
    const char* key;
    const char* want;  // campaign, time, "?" where that is not certain; empty: not mailed
  };
  const Case cases[] = {
      {"delivered@x", "summer 2026-11-21T10:00:00.000Z"},
      {"long.ago@x", ""},
      {"just.so@x", "spring 2026-11-20T12:00:00.000Z"},
      {"failed@x", ""},
      {"deferred@x", ""},
      {"uncertain@x", "spring 2026-11-21T07:00:00.000Z?"},
      {"on.its.way@x", "spring ?"},
      {"own@x", ""},
      {"timeless@x", "timeless ?"},
      {"nobody@x", ""},
  };
  for (const Case& c : cases) {
    CAPTURE(c.key);
    const auto mailing = recent->find(c.key);
    std::string got;
    if (mailing) {
      const std::string want = c.want;
      got = std::string(mailing->campaign) + ' ' +
            (want.ends_with(" ?") ? "" : format_rfc3339(mailing->at)) +
            (mailing->certain ? "" : "?");
    }
    CHECK(got == c.want);
  }
}

}  // namespace

}  // namespace journal_reader_test
