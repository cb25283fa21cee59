#include <doctest/doctest.h>

#include <atomic>

#include "campaign_bench.h"
#include "delivery/door.h"

namespace door_test {

namespace {

using namespace campaign_bench;

/// A relay that takes mail only while its door is open, as one with POP before SMTP does.
struct Guarded {
  std::atomic<bool> open = false;
  std::atomic<int> logins = 0;
  ScriptedServer server{[this](std::string_view event, std::string_view) {
    return event == "RCPT" && !open ? Answer::say("554 5.7.1 relaying denied") : Answer{};
  }};
  /// Logins are refused from number `from` up to that before `to`.
  delivery::RelayDoor door(int from = 0, int to = 0) {
    delivery::RelayDoor out;
    out.again = 1ms;
    out.open = [this, from, to]() -> Result<void> {
      const int number = ++logins;
      const bool refused = number >= from && number < to;
      if (refused) return fail(ErrorCode::Denied, "login refused: too many of them");
      open = true;
      return {};
    };
    return out;
  }
};

TEST_CASE("the door to relays is opened before the first session, and again later") {
  Guarded relay;
  Bench bench;
  bench.relay_to(relay.server);
  bench.options.connections = 1;
  bench.options.messages_per_connection = 1;
  bench.options.door = relay.door();
  const auto summary = bench.run(people(30));
  CHECK(summary.delivered == 30);
  CHECK(relay.logins > 1);
}

TEST_CASE("the door is kept open for a session that goes on") {
  Greylist later;
  ScriptedServer relay(
      [&later](std::string_view event, std::string_view who) { return later(event, who); });
  std::atomic<int> logins = 0;
  Bench bench;
  bench.relay_to(relay);
  bench.options.connections = 1;
  bench.options.retry_after = 300ms;
  bench.options.door.again = 1ms;
  bench.options.door.open = [&logins]() -> Result<void> {
    ++logins;
    return {};
  };
  CHECK(bench.run(people(1)).delivered == 1);
  CHECK(relay.connections() == 1);
  CHECK(logins > 1);
}

TEST_CASE("a door that was just opened is not opened again before its time") {
  Guarded relay;
  relay.open = true;
  Bench bench;
  bench.relay_to(relay.server);
  bench.options.door = relay.door();
  bench.options.door.again = 1h;
  bench.options.door.is_open = true;
  CHECK(bench.run(people(5)).delivered == 5);
  CHECK(relay.logins == 0);
}

TEST_CASE("who goes direct needs no door") {
  Guarded relay;
  relay.open = true;
  Bench bench;
  bench.options.direct_port = static_cast<std::uint16_t>(relay.server.port());
  bench.options.door = relay.door(1, 1'000'000);
  bench.run({"a@b.example"});
  CHECK(relay.logins == 0);
}

TEST_CASE("a login that failed is not tried again at once") {
  net::Loop loop;
  std::atomic<int> logins = 0;
  delivery::RelayDoor settings;
  settings.again = 10h;
  settings.open = [&logins]() -> Result<void> {
    ++logins;
    return fail(ErrorCode::Denied, "login refused");
  };
  int told = 0;
  delivery::Door door(loop, settings, [&told](const Result<void>&) { ++told; });
  net::Timer ask(loop);
  int asked = 0;
  ask.start_repeating(1ms, [&] {
    CHECK_FALSE(door.is_open());
    if (told > 0 && ++asked == 20) loop.stop();
  });
  loop.run();
  CHECK(logins == 1);
}

TEST_CASE("a door that stays shut puts people off and fails nobody") {
  struct Case {
    const char* name;
    int from;
    int to;  // logins that are refused
    bool all;
  };
  const Case cases[] = {
      {"from the first login on", 1, 1'000'000, false},
      {"later", 3, 1'000'000, false},
      {"for a while", 2, 4, true},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    Guarded relay;
    Bench bench;
    bench.relay_to(relay.server);
    bench.options.connections = 1;
    bench.options.messages_per_connection = 1;
    bench.options.host_pause = 1ms;
    bench.options.attempts = 0;
    bench.options.door = relay.door(c.from, c.to);
    const auto summary = bench.run(people(30));
    CHECK(summary.failed == 0);
    CHECK((summary.delivered == 30) == c.all);
    CHECK(summary.unfinished() == !c.all);
    CHECK(summary.stopped == !c.all);
    if (c.from == 1) CHECK(relay.server.accepted().empty());
    const bool says_why = summary.stop_reason.find("login refused: too many") != std::string::npos;
    CHECK(says_why == !c.all);
  }
}

}  // namespace

}  // namespace door_test
