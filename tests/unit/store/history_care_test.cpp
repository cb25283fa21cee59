#include <doctest/doctest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/digest.h"
#include "history_events.h"

namespace history_care_test {

using namespace hagaki;

TEST_CASE("who is forgotten leaves nothing in the file but a hash, and stays away") {
  const TempFolder folder;
  const auto path = folder.file("h");
  const std::vector<std::string> log = {
      R"({"type":"bounce","action":"failed","reason":"userunknown","email":"a@example.jp","diagnostic":"550 a@example.jp unknown"})",
      R"({"type":"delivery","event":"delivered","email":"a@example.jp","time":"2026-11-01T00:00:00Z"})",
      R"({"type":"delivery","event":"delivered","email":"b@example.jp","time":"2026-11-01T00:00:00Z"})"};
  take_in(path, log);
  {
    auto history = store::History::open(path);
    REQUIRE(history);
    REQUIRE(history->hold_back("c1", {"a@example.jp", "A@example.jp", "stop.userunknown", kNow}));
    const auto events = history->forget("a@example.jp");
    REQUIRE(events);
    CHECK(*events == 2);
    REQUIRE(history->commit());
    REQUIRE(history->wipe());
  }
  take_in(path, log);
  std::ifstream in(path, std::ios::binary);
  std::stringstream bytes;
  bytes << in.rdbuf();
  CHECK(bytes.str().find("a@example.jp") == std::string::npos);
  CHECK(bytes.str().find("A@example.jp") == std::string::npos);
  CHECK(bytes.str().find("b@example.jp") != std::string::npos);
  auto history = store::History::open(path);
  REQUIRE(history);
  const auto forgotten = history->forgotten();
  REQUIRE(forgotten);
  CHECK(*forgotten == std::vector<std::string>{sha256_hex("a@example.jp")});
  CHECK(history->was_forgotten("a@example.jp").value());
  CHECK_FALSE(history->was_forgotten("b@example.jp").value());
  // Until somebody takes it back.
  CHECK_FALSE(history->remember_again("b@example.jp").value());
  CHECK(history->remember_again("a@example.jp").value());
  CHECK(history->forgotten().value().empty());
}

TEST_CASE("who was held back and got nothing of the campaign since") {
  const TempFolder folder;
  const auto path = folder.file("h");
  take_in(path,
          {R"({"type":"delivery","event":"delivered","email":"b@example.jp","campaign":"c1"})",
           R"({"type":"delivery","event":"delivered","email":"a@example.jp","campaign":"c2"})"});
  auto history = store::History::open(path);
  REQUIRE(history);
  for (const std::string who : {"a", "b"}) {
    REQUIRE(history->hold_back("c1", {who + "@example.jp", who + "@Example.jp", "stop.x", kNow}));
  }
  const auto missed = history->held_back("c1");
  REQUIRE(missed);
  REQUIRE(missed->size() == 1);
  CHECK(missed->front().email == "a@Example.jp");
  CHECK(history->held_back("c2")->empty());
}

TEST_CASE("who was refused in a campaign missed it, too") {
  const TempFolder folder;
  const auto path = folder.file("h");
  const auto event = [](const char* what, const char* who, const char* day, const char* reason) {
    return fmt::format(
        R"({{"type":"{}","event":"{}","action":"failed","email":"{}@example.jp","campaign":"c1","time":"2026-10-{}T00:00:00Z","reason":"{}"}})",
        what,
        what == std::string("bounce") ? ""
        : *reason                     ? "failed"
                                      : "delivered",
        who, day, reason);
  };
  take_in(path, {
                    event("delivery", "live", "01", "userunknown"),
                    event("delivery", "relayed", "01", ""),
                    event("bounce", "relayed", "02", "blocked"),
                    event("delivery", "again", "01", "blocked"),
                    event("delivery", "again", "03", ""),
                    event("delivery", "full", "01", "mailboxfull"),
                    event("delivery", "got", "01", ""),
                });
  auto history = store::History::open(path);
  REQUIRE(history);
  // One of them was kept from a second try: he is listed once.
  REQUIRE(history->hold_back("c1", {"live@example.jp", "Live@example.jp", "stop.block", kNow}));
  const auto missed = history->held_back("c1");
  REQUIRE(missed);
  std::vector<std::string> who;
  for (const auto& one : *missed) who.push_back(one.email);
  CHECK(who == std::vector<std::string>{"Live@example.jp", "relayed@example.jp"});
}

}  // namespace history_care_test
