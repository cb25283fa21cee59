#include "store/receivers.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "temp_folder.h"

namespace receivers_test {

using namespace hagaki;
using namespace hagaki::store;
using namespace std::chrono_literals;
using rules::Hold;
using rules::HoldKind;

namespace {

const Timestamp kNow = *parse_rfc3339("2026-11-22T10:00:00.000Z");

Hold a_hold(HoldKind kind, Timestamp since) {
  Hold hold;
  hold.kind = kind;
  hold.since = since;
  hold.until = since + 6h;
  hold.times = 2;
  hold.evidence = {10, 5, since - 1min, since, 550, "5.7.1", "blocked", "said \"no\"\nto 宛先"};
  return hold;
}

Receivers open(const std::string& path) {
  auto opened = Receivers::open(path, 20ms);
  REQUIRE(opened);
  return std::move(*opened);
}

std::string known(Receivers& receivers, const char* receiver, const char* campaign = "spring") {
  const auto past = receivers.past(receiver, campaign);
  REQUIRE(past);
  std::string out = fmt::format("{} {}", past->accepted, past->unknown);
  if (const auto& hold = past->last_hold) {
    out += fmt::format(" {} x{} {}", rules::hold_name(hold->kind), hold->times,
                       format_rfc3339(hold->until));
  }
  return out;
}

}  // namespace

TEST_CASE("receivers: counts and holds outlive a run") {
  const TempFolder folder;
  const auto path = folder.file("receivers");
  {
    auto receivers = open(path);
    CHECK(known(receivers, "google") == "0 0");
    receivers.count("google", 100, 2, kNow);
    receivers.count("google", 50, 1, kNow + 1h);
    receivers.count("example.jp", 1, 0, kNow);
    receivers.hold("google", "spring", a_hold(HoldKind::Blocked, kNow));
    CHECK(known(receivers, "google") == "0 0");
    REQUIRE(receivers.flush());
    receivers.count("google", 7, 0, kNow + 24h);
    REQUIRE(receivers.flush());
    REQUIRE(receivers.flush());
  }
  auto receivers = open(path);
  CHECK(known(receivers, "google") == "157 3 blocked x2 2026-11-22T16:00:00.000Z");
  CHECK(known(receivers, "google", "another") == "157 3 blocked x2 2026-11-22T16:00:00.000Z");
  CHECK(known(receivers, "example.jp") == "1 0");

  const auto held = receivers.held(kNow);
  REQUIRE(held);
  REQUIRE(held->size() == 1);
  const auto& evidence = held->front().hold.evidence;
  CHECK(held->front().receiver == "google");
  CHECK(held->front().campaign.empty());
  CHECK(held->front().hold.since == kNow);
  CHECK(evidence.against == 10);
  CHECK(evidence.accepted == 5);
  CHECK(evidence.first == kNow - 1min);
  CHECK(evidence.last == kNow);
  CHECK(evidence.code == 550);
  CHECK(evidence.status == "5.7.1");
  CHECK(evidence.reason == "blocked");
  CHECK(evidence.text == "said \"no\"\nto 宛先");
  CHECK(receivers.held(kNow + 6h)->empty());
}

TEST_CASE("receivers: what a message says concerns its campaign alone") {
  const TempFolder folder;
  auto receivers = open(folder.file("receivers"));
  receivers.hold("google", "spring", a_hold(HoldKind::Content, kNow));
  REQUIRE(receivers.flush());
  CHECK(known(receivers, "google", "spring") == "0 0 content x2 2026-11-22T16:00:00.000Z");
  CHECK(known(receivers, "google", "summer") == "0 0");
  receivers.hold("google", "summer", a_hold(HoldKind::Flood, kNow + 1h));
  REQUIRE(receivers.flush());
  CHECK(known(receivers, "google", "spring") == "0 0 flood x2 2026-11-22T17:00:00.000Z");
  CHECK(known(receivers, "google", "autumn") == "0 0 flood x2 2026-11-22T17:00:00.000Z");
  CHECK(receivers.held(kNow + 5h)->size() == 2);
  REQUIRE(receivers.release("google", kNow + 5h).value());
  CHECK(receivers.held(kNow + 5h)->empty());
}

TEST_CASE("receivers: released by name") {
  const TempFolder folder;
  auto receivers = open(folder.file("receivers"));
  receivers.hold("Google", "spring", a_hold(HoldKind::Blocked, kNow));
  receivers.hold("yahoo", "spring", a_hold(HoldKind::Blocked, kNow));
  REQUIRE(receivers.flush());
  CHECK_FALSE(receivers.release("goo", kNow + 1h).value());
  CHECK_FALSE(receivers.release("", kNow + 1h).value());
  CHECK(receivers.release("gOOgle", kNow + 1h).value());
  CHECK_FALSE(receivers.release("google", kNow + 1h).value());
  CHECK(known(receivers, "Google") == "0 0 blocked x2 2026-11-22T11:00:00.000Z");
  CHECK(receivers.held(kNow + 1h)->size() == 1);
  CHECK_FALSE(receivers.release("yahoo", kNow + 6h).value());  // over by itself
}

TEST_CASE("receivers: a name releases what is held of single addresses too") {
  const TempFolder folder;
  auto receivers = open(folder.file("receivers"));
  for (const char* name : {"google from 192.0.2.1", "google from 192.0.2.2", "googlemail", "goo"}) {
    receivers.hold(name, "spring", a_hold(HoldKind::Blocked, kNow));
  }
  REQUIRE(receivers.flush());
  CHECK(receivers.release("Google from 192.0.2.2", kNow + 1h).value());
  CHECK(receivers.held(kNow + 1h)->size() == 3);
  CHECK(receivers.release("Google", kNow + 1h).value());
  CHECK(receivers.held(kNow + 1h)->size() == 2);
  CHECK_FALSE(receivers.release("google", kNow + 1h).value());
}

TEST_CASE("receivers: counts are kept for 400 days") {
  const TempFolder folder;
  auto receivers = open(folder.file("receivers"));
  for (int day = 0; day <= 500; day += 50) {
    receivers.count("google", 1, 1, kNow + 24h * day);
    REQUIRE(receivers.flush());
  }
  CHECK(known(receivers, "google") == "9 9");
}

TEST_CASE("receivers: processes share the file, and hear of each other") {
  const TempFolder folder;
  const auto path = folder.file("receivers");
  auto receivers = open(path);
  CHECK_FALSE(receivers.changed().value());
  constexpr int kProcesses = 4;
  constexpr int kRounds = 50;
  pid_t children[kProcesses] = {};
  for (auto& child : children) {
    child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      auto mine = Receivers::open(path);
      if (!mine) ::_exit(2);
      for (int round = 0; round < kRounds; ++round) {
        mine->count("google", 3, 1, kNow);
        if (!mine->flush()) ::_exit(3);
      }
      mine->hold("yahoo", "spring", a_hold(HoldKind::Blocked, kNow));
      ::_exit(mine->flush() ? 0 : 4);
    }
  }
  for (const auto child : children) {
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) > 0);
    CHECK(status == 0);
  }
  CHECK(receivers.changed().value());
  CHECK_FALSE(receivers.changed().value());
  CHECK(known(receivers, "google") ==
        fmt::format("{} {}", 3 * kProcesses * kRounds, kProcesses * kRounds));
  CHECK(receivers.held(kNow)->size() == 1);
  receivers.count("google", 1, 0, kNow);
  REQUIRE(receivers.flush());
  CHECK_FALSE(receivers.changed().value());

  struct stat info{};
  for (const char* end : {"", "-wal", "-shm"}) {
    CAPTURE(end);
    REQUIRE(::stat((path + end).c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0600);
  }
}

TEST_CASE("receivers: what could not be written waits for the next flush") {
  const TempFolder folder;
  const auto path = folder.file("receivers");
  auto receivers = open(path);
  auto other = Database::open(path, Database::Mode::ReadWrite);
  REQUIRE(other);
  REQUIRE(other->run("BEGIN IMMEDIATE"));
  receivers.count("google", 5, 0, kNow);
  receivers.hold("yahoo", "", a_hold(HoldKind::Blocked, kNow));
  const auto locked = receivers.flush();
  REQUIRE(!locked);
  CHECK(locked.error().code == ErrorCode::Retry);
  CHECK(locked.error().text() == path + ": another process holds the receivers locked");
  const auto released = receivers.release("yahoo", kNow);
  REQUIRE(!released);
  CHECK(released.error().code == ErrorCode::Retry);
  CHECK(known(receivers, "google") == "0 0");
  REQUIRE(other->run("ROLLBACK"));
  receivers.count("google", 1, 0, kNow);
  REQUIRE(receivers.flush());
  CHECK(known(receivers, "google") == "6 0");
  CHECK(receivers.held(kNow)->size() == 1);
}

TEST_CASE("receivers: a file of something else is left alone") {
  struct Case {
    const char* name;
    std::string content;  // SQL when it begins with a blank
    std::string want;
  };
  const Case cases[] = {
      {"text", std::string(5000, 'x'), "file is not a database"},
      {"another database", " CREATE TABLE t (a)", "not a file of receivers"},
      {"the limits", " PRAGMA application_id=1751608172; CREATE TABLE used (a)",
       "not a file of receivers"},
      {"a newer version",
       " PRAGMA application_id=1751608182; PRAGMA user_version=2; CREATE TABLE t (a)",
       "receivers of another version of this program"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const TempFolder folder;
    const auto path = folder.file("receivers");
    if (c.content.starts_with(' ')) {
      auto db = Database::open(path, Database::Mode::ReadWrite);
      REQUIRE(db);
      REQUIRE(db->run(c.content.c_str()));
    } else {
      std::ofstream(path) << c.content;
    }
    const auto opened = Receivers::open(path, 20ms);
    REQUIRE(!opened);
    CHECK(opened.error().code == ErrorCode::Config);
    CHECK(opened.error().text() == path + ": " + c.want);
  }
  const auto missing = Receivers::open("/nowhere/receivers", 20ms);
  REQUIRE(!missing);
  CHECK(missing.error().code == ErrorCode::Io);
}

TEST_CASE("receivers: a damaged file says so") {
  const TempFolder folder;
  const auto path = folder.file("receivers");
  {
    auto receivers = open(path);
    receivers.count("google", 5, 0, kNow);
    REQUIRE(receivers.flush());
  }
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);
    file << std::string(8192, 'x');
  }
  auto receivers = Receivers::open(path, 20ms);
  const auto error = receivers ? receivers->past("google", "").error() : receivers.error();
  CHECK(error.text() == path + ": the file of receivers is damaged");
}

}  // namespace receivers_test
