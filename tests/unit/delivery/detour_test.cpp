#include <atomic>

#include <doctest/doctest.h>

#include "campaign_bench.h"
#include "route_bench.h"
#include "store/receivers.h"

namespace detour_test {

namespace {

using namespace campaign_bench;

TEST_CASE("who is blocked goes on through a relay, where asked for") {
  struct Case {
    const char* name;
    const char* stand_in;
    const char* reply;  // of the receiver that minds
    int through;        // its recipients who got their mail through the relay
  };
  const Case cases[] = {
      {"asked for", "spare", "554 5.7.1 Your IP address is blocked, see https://www.spamhaus.org/",
       300},
      {"not asked for", "", "554 5.7.1 Your IP address is blocked, see https://www.spamhaus.org/",
       0},
      {"held for what the message says", "spare", "554 5.7.1 Message content rejected as spam", 0},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    ScriptedServer direct([&c](std::string_view event, std::string_view who) {
      const bool minds = event == "RCPT" && who.ends_with("@strict.example");
      return minds ? Answer::say(c.reply) : Answer{};
    });
    ScriptedServer spare(usual);
    Bench bench;
    bench.options.direct_port = static_cast<std::uint16_t>(direct.port());
    bench.options.relay_on_block = c.stand_in;
    // Most of them do not fit into memory when the hold begins.
    bench.options.window = 100;
    route(bench, {relay("spare", spare)}, "default = \"direct\"\n");
    bench.run(people_at("strict.example", 300) + people_at("calm.example", 50));
    CHECK(static_cast<int>(spare.accepted().size()) == c.through);
    int calm = 0;
    for (const auto& [email, copies] : direct.accepted()) calm += email.ends_with("@calm.example");
    CHECK(calm == 50);
    for (const auto& [email, copies] : spare.accepted()) CHECK(copies == 1);
  }
}

TEST_CASE("a receiver that is released gets its mail direct again") {
  ScriptedServer direct(blocking("RCPT"));
  ScriptedServer well(usual);
  ScriptedServer spare(usual);
  Bench bench;
  bench.options.receivers_file = bench.folder.file("receivers");
  bench.options.direct_port = static_cast<std::uint16_t>(direct.port());
  bench.options.relay_on_block = "spare";
  route(bench, {relay("spare", spare)}, "default = \"direct\"\n");
  bench.run(people_at("strict.example", 100));
  const auto before = spare.accepted().size();
  CHECK(before > 50);
  CHECK(bench.sink.notices == "blocked strict.example by spare; ");
  CHECK(direct.accepted().empty());

  // Held still: nobody of a later campaign is tried there.
  bench.options.campaign = "summer";
  bench.options.direct_port = static_cast<std::uint16_t>(well.port());
  bench.run({"held@strict.example", "a@calm.example"});
  CHECK(spare.accepted().contains("held@strict.example"));
  CHECK(well.accepted() == std::map<std::string, int>{{"a@calm.example", 1}});

  auto receivers = store::Receivers::open(bench.options.receivers_file).value();
  CHECK(receivers.release("strict.example", now()).value());
  bench.options.campaign = "autumn";
  bench.run({"free@strict.example"});
  CHECK(well.accepted().contains("free@strict.example"));
  CHECK(spare.accepted().size() == before + 1);
}

TEST_CASE("who goes round a block keeps within the receiver's limits, and the others are sent") {
  ScriptedServer direct([](std::string_view event, std::string_view who) {
    const bool minds = event == "RCPT" && who.ends_with("@strict.example");
    return minds
               ? Answer::say("554 5.7.1 Your IP address is blocked, see https://www.spamhaus.org/")
               : Answer{};
  });
  ScriptedServer spare(usual);
  Bench bench;
  bench.options.direct_port = static_cast<std::uint16_t>(direct.port());
  bench.options.relay_on_block = "spare";
  bench.options.window = 100;
  bench.options.throttles =
      limited(bench.folder, "[domain.\"strict.example\"]\nrates = [\"20/day\"]\n");
  route(bench, {relay("spare", spare)}, "default = \"direct\"\n");
  bench.run(people_at("strict.example", 500) + people_at("calm.example", 200));
  CHECK(spare.accepted().size() <= 20);
  CHECK(direct.accepted().size() == 200);
}

TEST_CASE("a relay that stands in is tried again when it was down for a moment") {
  ScriptedServer direct(blocking("RCPT"));
  std::atomic<int> greetings = 0;
  ScriptedServer spare([&greetings](std::string_view event, std::string_view) {
    return event == "greeting" && ++greetings <= 5 ? Answer::drop() : Answer{};
  });
  Bench bench;
  bench.options.attempts = 0;
  bench.options.direct_port = static_cast<std::uint16_t>(direct.port());
  bench.options.relay_on_block = "spare";
  route(bench, {relay("spare", spare)}, "default = \"direct\"\n");
  const auto summary = bench.run(people_at("strict.example", 100));
  CHECK(greetings > 5);
  CHECK(spare.accepted().size() > 50);
  CHECK(summary.deferred == 0);
}

TEST_CASE("no relay stands in for another that its own receiver's mail has to go through") {
  ScriptedServer direct(usual);
  ScriptedServer main(blocking("body"));
  ScriptedServer spare(usual);
  Bench bench;
  bench.options.direct_port = static_cast<std::uint16_t>(direct.port());
  bench.options.relay_on_block = "spare";
  route(bench, {relay("main", main), relay("spare", spare)},
        "default = \"direct\"\n[domain]\n\"main.example\" = \"main\"\n");
  bench.run(people_at("main.example", 50) + people_at("calm.example", 50));
  CHECK(main.accepted().empty());
  CHECK(spare.accepted().empty());
  CHECK(bench.sink.notices == "blocked relay.main ; ");
  CHECK(direct.accepted().size() == 50);
}

}  // namespace

}  // namespace detour_test
