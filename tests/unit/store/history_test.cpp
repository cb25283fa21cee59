#include "store/history.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>
#include <random>
#include <sstream>
#include <vector>

#include <fmt/format.h>

#include "records/reader.h"
#include "rules/stop.h"
#include "store/sqlite.h"
#include "temp_folder.h"

using namespace hagaki;

namespace {

template <class Take>
void each_event(const std::vector<std::string>& records, Take take) {
  std::string all;
  for (const auto& r : records) all += r + "\n";
  std::istringstream in(all);
  records::Reader reader(in, "log", [](const Error& e) { FAIL(e.text()); });
  while (const auto* line = reader.next()) {
    const auto event = records::read_event(*line);
    REQUIRE(event);
    if (*event) take(**event, *line, "log:1");
  }
}

void take_in(const std::string& path, const std::vector<std::string>& records) {
  auto history = store::History::open(path);
  REQUIRE(history);
  each_event(records, [&](const auto& event, const auto& line, const auto& where) {
    REQUIRE(history->add(event, line, where));
  });
  REQUIRE(history->commit());
}

/// The verdict on each of a few recipients, with its evidence.
std::string verdicts(const rules::StopRules& stop) {
  std::string out;
  for (const char* who : {"a", "b", "c"}) {
    const auto decision = stop.find(fmt::format("{}@example.jp", who));
    out += decision ? decision->rule : "keep";
    if (decision) {
      for (const auto& evidence : decision->evidence) out += "\n  " + evidence;
    }
    out += "\n";
  }
  return out;
}

const rules::KeyHasher kHasher("0123456789abcdef");
const Timestamp kNow = *parse_rfc3339("2026-12-31T00:00:00Z");

std::string by_history(const std::string& path, const rules::Policy& policy) {
  rules::StopRules stop(policy, kHasher);
  auto history = store::History::open(path);
  REQUIRE(history);
  REQUIRE(history->replay([&](const auto& event, auto evidence) { stop.add(event, evidence); }));
  stop.settle(kNow);
  return verdicts(stop);
}

std::string by_logs(const std::vector<std::string>& records, const rules::Policy& policy) {
  rules::StopRules stop(policy, kHasher);
  each_event(records, [&](const auto& event, const auto& line, const auto& where) {
    stop.add(event, line, where);
  });
  stop.settle(kNow);
  return verdicts(stop);
}

std::vector<std::string> random_log(std::mt19937& random) {
  const auto pick = [&](std::size_t n) {
    return std::uniform_int_distribution<std::size_t>(0, n - 1)(random);
  };
  const char* kinds[] = {R"("type":"delivery","event":"delivered")",
                         R"("type":"delivery","event":"failed","reason":"mailboxfull")",
                         R"("type":"bounce","action":"failed","reason":"mailboxfull")",
                         R"("type":"bounce","action":"failed","reason":"blocked")",
                         R"("type":"bounce","action":"failed","reason":"hostunknown","code":550)",
                         R"("type":"bounce","action":"delivered")",
                         R"("type":"delivery","event":"deferred","reason":"mailboxfull")",
                         R"("type":"feedback","feedback_type":"not-spam")",
                         R"("type":"vacation")"};
  std::vector<std::string> out;
  for (std::size_t n = pick(30); n > 0; --n) {
    std::string record = fmt::format(R"({{{},"email":"{}@Example.jp")",
                                     kinds[pick(std::size(kinds))], "abC"[pick(3)]);
    if (pick(10) > 0) {
      record += fmt::format(R"(,"time":"2026-11-{:02}T{:02}:00:00.000Z")", 1 + pick(9), pick(24));
    }
    if (pick(4) > 0) record += fmt::format(R"(,"message_id":"<m{}@s.example>")", pick(8));
    if (pick(3) > 0) record += fmt::format(R"(,"campaign":"c{}")", pick(4));
    out.push_back(record + "}");
  }
  return out;
}

}  // namespace

TEST_CASE("a history judges as all logs would, however they were taken in") {
  const TempFolder folder;
  const auto policy = rules::default_policy();
  const auto other =
      rules::parse_policy("[stop.blocked]\ncount=2\n[stop.mailboxfull]\ncount=2\n", "p");
  REQUIRE(other);
  std::mt19937 random(6);
  for (int round = 0; round < 60; ++round) {
    CAPTURE(round);
    const auto path = folder.file(fmt::format("h{}", round));
    const auto log = random_log(random);
    const auto half = log.begin() + static_cast<std::ptrdiff_t>(log.size() / 2);
    // Late half first, then everything: the first half comes twice.
    take_in(path, {half, log.end()});
    take_in(path, log);
    CHECK(by_history(path, policy) == by_logs(log, policy));
    CHECK(by_history(path, *other) == by_logs(log, *other));
  }
}

TEST_CASE("what was not made to last is forgotten") {
  const TempFolder folder;
  const auto path = folder.file("h");
  const auto policy = rules::default_policy();
  const std::vector<std::string> dead = {
      R"({"type":"bounce","action":"failed","reason":"userunknown","email":"a@example.jp"})"};
  {
    auto history = store::History::open(path);
    REQUIRE(history);
    each_event(dead, [&](const auto& event, const auto& line, const auto& where) {
      REQUIRE(history->add(event, line, where));
    });
  }
  CHECK(by_history(path, policy) == "keep\nkeep\nkeep\n");
  take_in(path, dead);
  CHECK(by_history(path, policy) == by_logs(dead, policy));
}

TEST_CASE("a history is for the eyes of its owner, whatever the umask") {
  const TempFolder folder;
  const mode_t before = umask(0);
  {
    auto history = store::History::open(folder.file("history"));
    REQUIRE(history);
    REQUIRE(history->commit());
  }
  umask(before);
  struct stat info{};
  REQUIRE(stat(folder.file("history").c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
}

TEST_CASE("files that are no history") {
  const TempFolder folder;
  std::ofstream(folder.file("text"))
      << "this is not a database, however long it may become, is it?";
  {
    auto db = store::Database::open(folder.file("other"), store::Database::Mode::ReadWrite);
    REQUIRE(db);
    REQUIRE(db->run("CREATE TABLE x (y); PRAGMA application_id = 7"));
  }
  {
    REQUIRE(store::History::open(folder.file("newer")));
    auto made = store::History::open(folder.file("newer"));
    REQUIRE(made);
    REQUIRE(made->commit());
    auto db = store::Database::open(folder.file("newer"), store::Database::Mode::ReadWrite);
    REQUIRE(db->run("PRAGMA user_version = 2"));
  }
  struct Case {
    std::string file;
    ErrorCode code;
    std::string end;
  };
  const Case cases[] = {{"text", ErrorCode::Config, "file is not a database"},
                        {"other", ErrorCode::Config, "not a history"},
                        {"newer", ErrorCode::Config, "history of a newer version"},
                        {"no/such/folder", ErrorCode::Io, "No such file or directory"}};
  for (const auto& c : cases) {
    CAPTURE(c.file);
    const auto history = store::History::open(folder.file(c.file));
    REQUIRE_FALSE(history);
    CHECK(history.error().code == c.code);
    CHECK(history.error().message == c.end);
  }
}
