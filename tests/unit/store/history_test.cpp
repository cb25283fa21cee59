#include "store/history.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <vector>

#include <fmt/format.h>

#include "history_events.h"
#include "rules/stop.h"
#include "store/history_judgement.h"
#include "store/sqlite.h"

namespace history_test {

using namespace hagaki;

namespace {

constexpr const char* kNobody = "keep\nkeep\nkeep\nkeep\nkeep\nkeep\nkeep\nkeep\n";
const rules::KeyHasher kHasher("0123456789abcdef");

std::string by_history(store::History& history, const rules::Policy& policy) {
  rules::StopRules stop(policy, kHasher);
  REQUIRE(store::judge_by(history, policy, stop, [](const auto&, auto) {}));
  stop.settle(kNow);
  return verdicts(stop);
}

std::string by_history(const std::string& path, const rules::Policy& policy) {
  auto history = store::History::open(path);
  REQUIRE(history);
  return by_history(*history, policy);
}

std::string by_logs(const std::vector<std::string>& records, const rules::Policy& policy) {
  rules::StopRules stop(policy, kHasher);
  each_event(records, [&](const auto& event, const auto& line, const auto& where) {
    stop.add(event, line, where);
  });
  stop.settle(kNow);
  return verdicts(stop);
}

/// Up to 29 events of so many people.
std::vector<std::string> random_log(std::mt19937& random, std::size_t people) {
  const auto pick = [&](std::size_t n) {
    return std::uniform_int_distribution<std::size_t>(0, n - 1)(random);
  };
  const char* kinds[] = {R"("type":"delivery","event":"delivered")",
                         R"("type":"delivery","event":"failed","reason":"mailboxfull")",
                         R"("type":"bounce","action":"failed","reason":"mailboxfull")",
                         R"("type":"bounce","action":"failed","reason":"blocked")",
                         R"("type":"bounce","action":"failed","reason":"hostunknown","code":550)",
                         R"("type":"bounce","action":"failed","reason":"userunknown")",
                         R"("type":"bounce","action":"delivered")",
                         R"("type":"delivery","event":"deferred","reason":"mailboxfull")",
                         R"("type":"feedback","feedback_type":"not-spam")",
                         R"("type":"vacation")"};
  std::vector<std::string> out;
  for (std::size_t n = pick(30); n > 0; --n) {
    const char* kind = kinds[pick(std::size(kinds))];
    // A wish ends it all, so it is rare.
    if (pick(40) == 0) kind = R"("type":"unsubscribe")";
    if (pick(40) == 0) kind = R"("type":"feedback","feedback_type":"abuse")";
    std::string record =
        fmt::format(R"({{{},"email":"{}@Example.jp")", kind, "abCdefgh"[pick(people)]);
    if (pick(10) > 0) {
      record += fmt::format(R"(,"time":"2026-11-{:02}T{:02}:00:00.000Z")", 1 + pick(9), pick(24));
    }
    if (pick(4) > 0) record += fmt::format(R"(,"message_id":"<m{}@s.example>")", pick(8));
    if (pick(3) > 0) record += fmt::format(R"(,"campaign":"c{}")", pick(4));
    out.push_back(record + "}");
  }
  return out;
}

/// 500 random logs of so many people: a history of each, taken in by pieces in any order and some
/// twice, against the whole log.
void judge_random_logs(std::size_t people) {
  const TempFolder folder;
  const auto policy = rules::default_policy();
  const auto other = rules::parse_policy(
      "[stop.blocked]\ncount=2\n[stop.mailboxfull]\ncount=2\n"
      "[block]\npast=2\nminimum=2\nminimum_new=2\nshare=0.4\nshare_new=0.6\n",
      "p");
  REQUIRE(other);
  int held = 0;
  const unsigned seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  const auto path = folder.file("h");
  for (int round = 0; round < 500; ++round) {
    CAPTURE(round);
    std::filesystem::remove(path);
    const auto log = random_log(random, people);
    auto pieces = log;
    // Some come twice, in any order, in pieces of any length.
    for (const auto& record : log) {
      if (random() % 3 == 0) pieces.push_back(record);
    }
    std::shuffle(pieces.begin(), pieces.end(), random);
    for (auto from = pieces.begin(); from != pieces.end();) {
      const auto left = static_cast<std::size_t>(pieces.end() - from);
      const auto to = from + static_cast<std::ptrdiff_t>(1 + random() % left);
      take_in(path, {from, to});
      from = to;
    }
    auto history = store::History::open(path);
    REQUIRE(history);
    CHECK(by_history(*history, policy) == by_logs(log, policy));
    const auto verdicts = by_history(*history, *other);
    CHECK(verdicts == by_logs(log, *other));
    held += verdicts.find("stop.block\n") != std::string::npos ? 1 : 0;
  }
  CHECK(held > 10);  // of 500
}

}  // namespace

TEST_CASE("a history judges as all logs would, however they were taken in: three people") {
  judge_random_logs(3);
}

TEST_CASE("a history judges as all logs would, however they were taken in: eight people") {
  judge_random_logs(8);
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
  CHECK(by_history(path, policy) == std::string(kNobody));
  take_in(path, dead);
  CHECK(by_history(path, policy) == by_logs(dead, policy));
}

TEST_CASE("a history of format 1 is brought to this one") {
  const TempFolder folder;
  const auto path = folder.file("h");
  {
    auto db = store::Database::open(path, store::Database::Mode::ReadWrite);
    REQUIRE(db);
    REQUIRE(db->run(R"(
PRAGMA application_id = 1751608168;
PRAGMA user_version = 1;
CREATE TABLE recipient (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE);
CREATE TABLE event (
  recipient INTEGER NOT NULL REFERENCES recipient, time INTEGER NOT NULL, what TEXT NOT NULL,
  message_id TEXT NOT NULL, campaign TEXT NOT NULL, reason TEXT NOT NULL, evidence TEXT,
  PRIMARY KEY (recipient, time, what, message_id, campaign, reason)) WITHOUT ROWID;
INSERT INTO recipient VALUES (1, 'a@example.jp'), (2, 'b@example.jp');
INSERT INTO event VALUES
  (1, 1000, 'delivered', '<m1@x>', 'c1', '', NULL),
  (1, 500, 'bounced', 'm1@x', '', 'userunknown', '{"type":"bounce"}'),
  (2, 500, 'bounced', 'm2@x', 'c1', 'userunknown', '{"type":"bounce"}'),
  (2, 9000, 'confirmed', 'm3@x', 'c2', '', NULL);
)"));
  }
  // The first one's bounce takes its delivery back by its Message-ID; the second had mail since.
  for (int i = 0; i < 2; ++i) {
    CHECK(by_history(path, rules::default_policy()) ==
          "stop.userunknown\n  {\"type\":\"bounce\"}\n" + std::string(kNobody).substr(5));
    auto history = store::History::open(path);
    REQUIRE(history);
    REQUIRE(history->commit());
  }
  auto history = store::History::open(path);
  REQUIRE(history);
  const auto story = history->story("b@example.jp", "");
  REQUIRE(story);
  REQUIRE(story->size() == 2);
  CHECK(story->front().campaign == "c1");
  CHECK(story->back().what == "delivered");
}

TEST_CASE("the way back: what failed up to a reinstatement is void") {
  const std::string dead =
      R"({"type":"bounce","action":"failed","reason":"userunknown","email":"a@example.jp")";
  const std::string gone = R"({"type":"unsubscribe","email":"a@example.jp")";
  const std::string before = R"(,"time":"2026-11-01T00:00:00Z"})";
  const std::string after = R"(,"time":"2026-11-20T00:00:00Z"})";
  struct Case {
    std::string name;
    std::vector<std::string> first;
    std::string reinstated;
    std::vector<std::string> then;
    std::string want;
  };
  const Case cases[] = {
      {"by address", {dead + before}, "a@example.jp", {}, "keep"},
      {"of another", {dead + before}, "b@example.jp", {}, "stop.userunknown"},
      {"by provider", {dead + before}, "provider=example.jp", {}, "keep"},
      {"of another provider", {dead + before}, "provider=example.us", {}, "stop.userunknown"},
      {"an unsubscription by address", {gone + before}, "a@example.jp", {}, "keep"},
      {"an unsubscription by provider",
       {gone + before},
       "provider=example.jp",
       {},
       "stop.unsubscribe"},
      {"a later failure", {dead + before}, "a@example.jp", {dead + after}, "stop.userunknown"},
      {"an older one that comes later", {dead + before}, "a@example.jp", {dead + before}, "keep"},
      {"without time", {dead + "}"}, "a@example.jp", {}, "keep"},
      {"a later one without time",
       {dead + before},
       "a@example.jp",
       {dead + "}"},
       "stop.userunknown"},
  };
  const auto policy = rules::default_policy();
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const TempFolder folder;
    const auto path = folder.file("h");
    take_in(path, c.first);
    {
      auto history = store::History::open(path);
      REQUIRE(history);
      REQUIRE(history->reinstate(c.reinstated, *parse_rfc3339("2026-11-10T00:00:00Z")));
      REQUIRE(history->commit());
    }
    take_in(path, c.then);
    rules::StopRules stop(policy, kHasher);
    auto history = store::History::open(path);
    REQUIRE(history);
    REQUIRE(store::judge_by(*history, policy, stop, [](const auto&, auto) {}));
    stop.settle(kNow);
    const auto decision = stop.find("a@example.jp");
    CHECK((decision ? decision->rule : "keep") == c.want);
  }
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
    REQUIRE(db->run("PRAGMA user_version = 3"));
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

}  // namespace history_test
