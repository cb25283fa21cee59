#include <doctest/doctest.h>

#include <atomic>
#include <future>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "campaign_bench.h"
#include "store/receivers.h"

namespace campaign_waits_test {

namespace {

using namespace campaign_bench;

/// A bench that sends to the receivers' own servers, all of which are `server`.
struct Direct : Bench {
  explicit Direct(const ScriptedServer& server) {
    options.direct_port = static_cast<std::uint16_t>(server.port());
    options.receivers_file = folder.file("receivers");
  }
};

void hold(const std::string& file, std::string_view receiver) {
  auto receivers = store::Receivers::open(file).value();
  rules::Hold hold;
  hold.since = now();
  hold.until = hold.since + std::chrono::hours(6);
  receivers.hold(receiver, "", hold);
  REQUIRE(receivers.flush());
}

void release(const std::string& file, std::string_view receiver) {
  auto receivers = store::Receivers::open(file).value();
  CHECK(receivers.release(receiver, now()).value());
}

TEST_CASE("many receivers share few sessions, and all get their turn") {
  // Who is called first begins when all are there.
  std::promise<void> all_are_there;
  const auto begin = all_are_there.get_future().share();
  ScriptedServer server([&](std::string_view event, std::string_view) {
    if (event == "greeting") begin.wait_for(60s);
    return Answer{};
  });
  Direct bench(server);
  bench.options.connections = 1;
  bench.options.throttles =
      limited(bench.folder, "[domain.\"large.example\"]\nmessages_per_connection = 0\n");
  // One that has more than all others together comes first.
  auto emails = people_at("large.example", 700);
  for (int i = 0; i < 600; ++i) emails.push_back(fmt::format("u{}@d{}.example", i, i % 150));
  bench.on_source_end = [&] { all_are_there.set_value(); };
  const auto summary = bench.run(emails);
  CHECK(summary.delivered == 1'300);
  CHECK(server.accepted().size() == 1'300);
  std::size_t last_of_small = 0;
  for (std::size_t i = 0; i < bench.sink.events.size(); ++i) {
    if (!bench.sink.events[i].email.ends_with("@large.example")) last_of_small = i;
  }
  CHECK(last_of_small < 1'000);
  CHECK(server.most_sessions() == 1);
  const auto asked = bench.dns_asked.find({"d7.example", dns::Type::Mx});
  REQUIRE(asked != bench.dns_asked.end());
  CHECK(asked->second == 1);
}

/// 200 people at a slow receiver come before 20 others, and memory has room for 40.
struct Crowded : Direct {
  Crowded(const ScriptedServer& server, bool relay, std::string_view rate) : Direct(server) {
    if (relay) relay_to(server);
    options.throttles =
        limited(folder, fmt::format("[domain.\"slow.example\"]\nrates = [\"{}\"]\n", rate));
    options.window = 40;
    for (const auto& email : people_at("others.example", 20)) emails.push_back(email);
  }
  std::vector<std::string> emails = people_at("slow.example", 200);
};

TEST_CASE("those for whom there is no room wait on disk, and all get their mail once") {
  ScriptedServer server(usual);
  for (const bool relay : {true, false}) {
    CAPTURE(relay);
    Crowded bench(server, relay, "200/second");
    const auto summary = bench.run(bench.emails);
    CHECK(summary.delivered == 220);
    CHECK(bench.sink.events.size() == 220);
    CHECK(!summary.unfinished());
  }
}

TEST_CASE("who waits for a slow receiver leaves the room to others") {
  ScriptedServer server(usual);
  for (const bool relay : {true, false}) {
    CAPTURE(relay);
    Crowded bench(server, relay, "1/minute");
    std::size_t others = 0;
    bench.sink.on_event = [&] {
      if (!bench.sink.events.back().email.ends_with("@slow.example")) ++others;
      if (others == 20) bench.running->stop("all others are there");
    };
    const auto summary = bench.run(bench.emails);
    CHECK(summary.delivered >= 20);
    CHECK(summary.delivered <= 22);
  }
}

TEST_CASE("a run that is stopped ends, whoever waits on disk") {
  ScriptedServer server(usual);
  Direct bench(server);
  bench.relay_to(server);
  bench.options.throttles =
      limited(bench.folder, "[domain.\"slow.example\"]\nrates = [\"1/second\"]\n");
  bench.options.window = 20;
  bench.sink.on_event = [&] { bench.running->stop("told to"); };
  const auto summary = bench.run(people_at("slow.example", 200));
  CHECK(summary.stopped);
  CHECK(summary.delivered >= 1);
  CHECK(summary.unfinished());
}

TEST_CASE("one pass leaves who is held for a later run, and holding is no try") {
  Greylist greylist;
  ScriptedServer server(std::ref(greylist));
  Direct bench(server);
  hold(bench.options.receivers_file, "held.example");
  bench.options.attempts = 1;
  const auto first = bench.run(people_at("held.example", 3));
  CHECK(first.held == 3);
  CHECK(first.unfinished());
  CHECK(first.absent == 0);
  CHECK(server.connections() == 0);
  {
    const auto journal =
        store::Journal::open(bench.folder.file("spring"), "spring", {true}).value();
    const auto known = journal->find("u0@held.example").value();
    REQUIRE(known);
    CHECK(known->attempt == 0);
    CHECK(!known->first_at);
  }
  release(bench.options.receivers_file, "held.example");
  bench.options.attempts = 0;
  const auto second = bench.run(people_at("held.example", 3), true);
  CHECK(second.delivered == 3);
  CHECK(bench.sink.story("u0@held.example") == "held, deferred 450, delivered 250");
  CHECK(bench.sink.events.back().attempt == 2);
}

TEST_CASE("a receiver that is released while the run waits gets its mail") {
  ScriptedServer server(usual);
  Direct bench(server);
  hold(bench.options.receivers_file, "held.example");
  std::thread person;
  bench.options.attempts = 0;
  bench.sink.on_event = [&] {
    if (person.joinable()) return;
    person = std::thread([&] { release(bench.options.receivers_file, "held.example"); });
  };
  auto emails = people_at("held.example", 3);
  emails.emplace_back("a@well.example");
  const auto summary = bench.run(emails);
  person.join();
  CHECK(summary.delivered == 4);
  CHECK(bench.sink.events.front().email == "a@well.example");
}

TEST_CASE("a relay that holds all our mail ends the run, another takes over") {
  ScriptedServer server(usual);
  for (const int attempts : {0, 1}) {
    CAPTURE(attempts);
    Direct bench(server);
    bench.options.attempts = attempts;
    bench.relay_to(server);
    hold(bench.options.receivers_file, "127.0.0.1");
    const auto alone = bench.run(people(5));
    CHECK(alone.stopped);
    CHECK(alone.stop_reason.find("127.0.0.1 is held") != std::string::npos);
    CHECK(bench.sink.events.empty());
    CHECK(alone.unfinished());
    bench.relay_to(server);
    bench.options.relays.back().host = "localhost";
    const auto summary = bench.run(people(200), true);
    CHECK(summary.delivered == 200);
    for (const auto& event : bench.sink.events) CHECK(event.relay == "localhost");
  }
}

TEST_CASE("who waits on disk is not forgotten behind others who wait for longer") {
  Greylist greylist;
  ScriptedServer server(std::ref(greylist));
  Bench bench;
  bench.relay_to(server);
  bench.options.window = 8;  // two wait in memory
  bench.options.attempts = 1;
  bench.options.retry_after = 1h;
  CHECK(bench.run(people(4)).deferred == 4);
  bench.options.attempts = 0;
  bench.options.retry_after = 20ms;
  bench.sink.on_event = [&] {
    if (bench.sink.events.back().kind == records::DeliveryEvent::Kind::Delivered &&
        server.accepted().size() == 6) {
      bench.running->stop("all are there");
    }
  };
  auto emails = people(4);
  for (const auto& email : people_at("new.example", 6)) emails.push_back(email);
  CHECK(bench.run(emails, true).delivered == 6);
}

TEST_CASE("without a wait between tries there are still few of them") {
  ScriptedServer server([](std::string_view event, std::string_view) -> Answer {
    return event == "RCPT" ? Answer::say("450 4.2.0 later") : Answer{};
  });
  Bench bench;
  bench.relay_to(server);
  bench.options.attempts = 4;
  bench.options.retry_after = 0ms;
  CHECK(bench.run(people(1)).deferred == 1);
  std::vector<std::chrono::milliseconds> waits;
  for (const auto& event : bench.sink.events) waits.push_back(*event.retry_at - event.time);
  CHECK(waits == std::vector<std::chrono::milliseconds>{1ms, 5ms, 25ms, 125ms});
}

TEST_CASE("however many tries there were, no wait is longer than an hour") {
  ScriptedServer server([](std::string_view event, std::string_view) -> Answer {
    return event == "RCPT" ? Answer::say("450 4.2.0 later") : Answer{};
  });
  Bench bench;
  bench.relay_to(server);
  bench.was_put_off("u0@example.com", 5, 3h);
  bench.options.attempts = 1;
  bench.options.retry_after = 1min;
  CHECK(bench.run(people(1), true).deferred == 1);
  const auto& event = bench.sink.events.at(0);
  CHECK(event.attempt == 6);
  CHECK(*event.retry_at - event.time == 1h);
}

TEST_CASE("who comes back too late is given up without a try") {
  ScriptedServer server(usual);
  Bench bench;
  bench.relay_to(server);
  bench.was_put_off("u0@example.com", 1, 3h);
  bench.options.expire = 2h;
  CHECK(bench.run(people(1), true).failed == 1);
  CHECK(server.connections() == 0);
  CHECK(bench.sink.events.back().reason == "expired");
  CHECK(bench.sink.events.back().hard == false);
}

TEST_CASE("domains that are not there count among the dead addresses") {
  ScriptedServer server(usual);
  Direct bench(server);
  std::vector<std::string> emails;
  for (int i = 0; i < 40; ++i) {
    emails.push_back(fmt::format("a@gone{}.example", i));
    dns::Answer none;
    none.status = dns::Status::NxDomain;
    bench.dns_answers[{fmt::format("gone{}.example", i), dns::Type::Mx}] = none;
  }
  bench.options.bounce_limit = rules::parse_bounce_limit("5%/20").value();
  const auto summary = bench.run(emails);
  CHECK(summary.stopped);
  CHECK(summary.stop_reason == "too many dead addresses");
}

}  // namespace

}  // namespace campaign_waits_test
