#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>

#include "store/journal.h"
#include "store/journal_status.h"
#include "store/sqlite.h"
#include "temp_folder.h"

namespace journal_damage_test {

namespace {

using namespace hagaki;
using store::Database;
using store::Journal;

constexpr std::size_t kPage = 4096;

Result<std::unique_ptr<Journal>> open(const std::string& path) {
  Journal::Options options;
  options.resume = true;
  return Journal::open(path, "spring", options);
}

/// Adds recipients and closes the journal.
void add(const std::string& path, const std::string& name, int count) {
  auto journal = open(path);
  if (!journal) FAIL(journal.error().text());
  for (int i = 0; i < count; ++i) {
    store::Intent intent;
    intent.id = (*journal)->new_id();
    intent.key = intent.email = name + std::to_string(i) + "@receiver.test";
    const auto id = intent.id;
    (*journal)->intend(std::move(intent));
    std::uint64_t number = 0;
    (*journal)->settle({id, 1, store::Standing::Done, "delivered", "{}"}, number);
    (*journal)->confirm(number);
  }
}

std::string content(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

TEST_CASE("a damaged journal is told of, and stays as it is") {
  struct Case {
    const char* name;
    std::function<void(std::string&)> damage;
    ErrorCode want;
    const char* says;
  };
  const Case cases[] = {
      {"its first bytes", [](std::string& b) { b.replace(0, 4, "oops"); }, ErrorCode::Config,
       "damaged"},
      {"cut to a piece of its header", [](std::string& b) { b.resize(60); }, ErrorCode::Config,
       "damaged"},
      {"cut in the middle", [](std::string& b) { b.resize(b.size() / 2 / kPage * kPage); },
       ErrorCode::Io, "damaged"},
      {"cut within a page", [](std::string& b) { b.resize(b.size() - 100); }, ErrorCode::Io,
       "damaged"},
      {"a page of rows", [](std::string& b) { b.replace(b.size() - kPage, kPage, kPage, 'x'); },
       ErrorCode::Io, "damaged"},
      {"all pages but the first",
       [](std::string& b) { b.replace(kPage, b.size(), b.size() - kPage, '\0'); }, ErrorCode::Io,
       "damaged"},
      {"cut to nothing", [](std::string& b) { b.clear(); }, ErrorCode::Config, "is empty"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const TempFolder folder;
    const auto path = folder.file("j");
    add(path, "user", 500);
    std::string bytes = content(path);
    c.damage(bytes);
    write(path, bytes);
    for (int times = 0; times < 2; ++times) {
      const auto journal = open(path);
      REQUIRE(!journal);
      CHECK(journal.error().code == c.want);
      CHECK(journal.error().context == path);
      CAPTURE(journal.error().message);
      CHECK(journal.error().message.find(c.says) != std::string::npos);
    }
    CHECK(content(path) == bytes);
    (void)store::read_journal_status(path, {});
    CHECK(content(path) == bytes);
  }
}

TEST_CASE("keys that were lost are missed: their owners would be mailed again") {
  const TempFolder folder;
  const auto path = folder.file("j");
  add(path, "before", 3);
  const std::string before = content(path);
  add(path, "later", 1);
  std::string bytes = content(path);
  REQUIRE(bytes.size() == before.size());
  // The pages of indexes as they were before: a write that never reached the disk.
  for (std::size_t at = kPage; at < bytes.size(); at += kPage) {
    constexpr char kIndexLeaf = 0x0a;
    if (bytes[at] == kIndexLeaf) bytes.replace(at, kPage, before, at, kPage);
  }
  write(path, bytes);
  const auto journal = open(path);
  REQUIRE(!journal);
  CHECK(journal.error().code == ErrorCode::Io);
  CHECK(journal.error().message.find("damaged") != std::string::npos);
}

TEST_CASE("a journal that another program holds locked") {
  const TempFolder folder;
  const auto path = folder.file("j");
  add(path, "user", 1);
  auto db = Database::open(path, Database::Mode::ReadWrite);
  auto holder = Database::open(path, Database::Mode::ReadWrite);
  REQUIRE(db);
  REQUIRE(holder);
  REQUIRE(holder->run("BEGIN IMMEDIATE"));
  REQUIRE(db->run("PRAGMA busy_timeout=0"));
  const auto locked = db->run("BEGIN IMMEDIATE");
  REQUIRE(!locked);
  CHECK(locked.error().code == ErrorCode::Retry);
  CHECK(locked.error().message.find("locked") != std::string::npos);
}

TEST_CASE("a database that has no room") {
  const TempFolder folder;
  auto db = Database::open(folder.file("j"), Database::Mode::ReadWrite);
  REQUIRE(db->run("CREATE TABLE t (x); PRAGMA max_page_count=2"));
  const auto full = db->run("INSERT INTO t VALUES (zeroblob(100000))");
  REQUIRE(!full);
  CHECK(full.error().code == ErrorCode::Io);
  CHECK(full.error().message == "no room left on its disk");
}

}  // namespace

}  // namespace journal_damage_test
