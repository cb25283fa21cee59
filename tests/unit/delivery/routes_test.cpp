#include <atomic>

#include <doctest/doctest.h>

#include <fmt/format.h>

#include "campaign_bench.h"
#include "route_bench.h"

namespace routes_test {

namespace {

using namespace campaign_bench;

TEST_CASE("each goes its own way: direct, through one relay, or through another") {
  ScriptedServer direct(usual);
  ScriptedServer main(usual);
  ScriptedServer second(usual);
  Bench bench;
  bench.options.direct_port = static_cast<std::uint16_t>(direct.port());
  route(bench, {relay("main", main), relay("second", second)},
        "default = \"direct\"\n[domain]\n\"main.example\" = \"main\"\n"
        "\"away.main.example\" = \"direct\"\n[provider]\ngoogle = \"second\"\n");
  const dns::Answer google{dns::Status::Ok, {{"aspmx.l.google.com", 10, 60}}, false, {}};
  bench.dns_answers[{"works.example", dns::Type::Mx}] = google;
  bench.dns_answers[{"sub.main.example", dns::Type::Mx}] = google;
  const auto summary = bench.run({"a@other.example", "b@main.example", "c@sub.main.example",
                                  "d@away.main.example", "e@works.example", "f@gmail.com"});
  CHECK(summary.delivered == 6);
  CHECK(direct.accepted() ==
        std::map<std::string, int>{{"a@other.example", 1}, {"d@away.main.example", 1}});
  CHECK(main.accepted() ==
        std::map<std::string, int>{{"b@main.example", 1}, {"c@sub.main.example", 1}});
  CHECK(second.accepted() ==
        std::map<std::string, int>{{"e@works.example", 1}, {"f@gmail.com", 1}});
  for (const auto& event : bench.sink.events) {
    CAPTURE(event.email);
    const bool went_direct = event.email[0] == 'a' || event.email[0] == 'd';
    CHECK(event.relay.empty() == went_direct);
    CHECK(event.mx.empty() == !went_direct);
  }
}

TEST_CASE("relays of one way share its mail by weight, and stand in for each other") {
  ScriptedServer main(usual);
  ScriptedServer second(usual);
  Bench bench;
  auto heavy = relay("main", main);
  heavy.weight = 3;
  auto down = relay("down", main);
  down.port = static_cast<std::uint16_t>(closed_port());
  route(bench, {heavy, relay("second", second), down},
        "default = [\"main\", \"second\"]\n[domain]\n\"b.example\" = [\"down\", \"second\"]\n");
  const auto summary = bench.run(people_at("a.example", 200) + people_at("b.example", 20));
  CHECK(summary.delivered == 220);
  int of_a = 0;
  for (const auto& [email, copies] : second.accepted()) of_a += email.ends_with("@a.example");
  CHECK(of_a == 50);
  CHECK(main.accepted().size() == 150);
}

TEST_CASE("relays of one way share by weight too what has to wait for them on disk") {
  ScriptedServer main(usual);
  ScriptedServer second(usual);
  Bench bench;
  bench.options.connections = 2;
  auto heavy = relay("main", main);
  heavy.weight = 3;
  route(bench, {heavy, relay("second", second)},
        "default = [\"main\", \"second\"]\n[domain]\n\"b.example\" = \"second\"\n");
  const auto summary = bench.run(people_at("a.example", 1200));
  CHECK(summary.delivered == 1200);
  CHECK(main.accepted().size() == 900);
  CHECK(second.accepted().size() == 300);
}

TEST_CASE("a relay that may send little keeps nobody else waiting") {
  struct Case {
    const char* name;
    const char* otherwise;  // of the others
  };
  const Case cases[] = {{"direct mail", "direct"}, {"another relay", "second"}};
  for (const auto& c : cases) {
    CAPTURE(c.name);
    ScriptedServer other(usual);
    ScriptedServer slow(usual);
    Bench bench;
    bench.options.connections = 1;
    bench.options.window = 150;
    bench.options.direct_port = static_cast<std::uint16_t>(other.port());
    route(bench, {relay("slow", slow), relay("second", other)},
          fmt::format("default = \"{}\"\n[domain]\n\"slow.example\" = \"slow\"\n", c.otherwise));
    bench.options.throttles = limited(bench.folder, "[relay.slow]\nrates = [\"1/minute\"]\n");
    bench.sink.on_event = [&] {
      if (bench.sink.events.size() == 101) bench.running->stop("enough");
    };
    const auto summary = bench.run(people_at("slow.example", 400) + people_at("fast.example", 100));
    CHECK(summary.delivered == 101);
    CHECK(slow.accepted().size() == 1);
    CHECK(other.accepted().size() == 100);
  }
}

TEST_CASE("who waited for a relay on disk is sent when it has room") {
  ScriptedServer main(usual);
  ScriptedServer second(usual);
  Bench bench;
  bench.options.connections = 2;
  bench.options.window = 60;
  route(bench, {relay("main", main), relay("second", second)},
        "default = \"main\"\n[domain]\n\"b.example\" = \"second\"\n"
        "\"c.example\" = [\"main\", \"second\"]\n");
  const auto summary = bench.run(people_at("a.example", 150) + people_at("b.example", 150) +
                                 people_at("c.example", 150));
  CHECK(summary.delivered == 450);
  CHECK(main.accepted().size() + second.accepted().size() == 450);
  CHECK(!summary.unfinished());
}

TEST_CASE("a relay that refuses us defers its own mail and stops nobody else") {
  ScriptedServer good(usual);
  ScriptedServer bad([](std::string_view event, std::string_view) -> Answer {
    if (event == "greeting") return Answer::say("554 5.7.1 go away");
    return {};
  });
  for (const std::string otherwise : {"good", "direct"}) {
    CAPTURE(otherwise);
    Bench bench;
    bench.options.attempts = 1;
    bench.options.direct_port = static_cast<std::uint16_t>(good.port());
    route(bench, {relay("bad", bad), relay("good", good)},
          fmt::format("default = \"{}\"\n[domain]\n\"bad.example\" = \"bad\"\n", otherwise));
    const auto summary = bench.run(people_at("bad.example", 30) + people_at("good.example", 30));
    CHECK(summary.delivered == 30);
    CHECK(summary.deferred == 30);
    CHECK(summary.unfinished());
    CHECK(bench.sink.story("u1@bad.example") == "deferred 554");
    CHECK(bench.sink.story("u1@good.example") == "delivered 250");
  }
  Bench bench;
  route(bench, {relay("bad", bad)}, "default = \"bad\"\n");
  const auto summary = bench.run(people_at("bad.example", 3));
  CHECK(summary.stopped);
  CHECK(summary.stop_reason.find("no relay takes our mail") == 0);
}

TEST_CASE("more than fit into memory whose only relay refuses us are put off, and the run ends") {
  ScriptedServer good(usual);
  ScriptedServer bad([](std::string_view event, std::string_view) -> Answer {
    return event == "greeting" ? Answer::say("554 5.7.1 go away") : Answer{};
  });
  for (const int attempts : {1, 2}) {
    CAPTURE(attempts);
    Bench bench;
    bench.options.attempts = attempts;
    bench.options.window = 50;
    route(bench, {relay("bad", bad), relay("good", good)},
          "default = \"good\"\n[domain]\n\"bad.example\" = \"bad\"\n");
    const auto summary = bench.run(people_at("bad.example", 300) + people_at("good.example", 100));
    CHECK(summary.delivered == 100);
    CHECK(summary.unfinished());
    CHECK(summary.failed == 0);
    CHECK(summary.stop_reason.find("relay bad takes no mail") == 0);
  }
}

TEST_CASE("who waits for a relay that works no more goes through another") {
  struct Case {
    const char* name;
    const char* reply;  // to the messages behind the first 50; empty: it hangs up
  };
  const Case cases[] = {
      {"down", ""},
      {"held", "554 5.7.1 Your IP address is blocked, see https://www.spamhaus.org/"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    std::atomic<int> bodies = 0;
    ScriptedServer main([&](std::string_view event, std::string_view) -> Answer {
      if (event != "body" && event != "greeting") return {};
      if (event == "body" ? ++bodies <= 50 : bodies < 50 || *c.reply) return {};
      return *c.reply ? Answer::say(c.reply) : Answer::drop();
    });
    ScriptedServer second(usual);
    Bench bench;
    bench.options.connections = 2;
    bench.options.window = 60;
    route(bench, {relay("main", main), relay("second", second)},
          "default = [\"main\", \"second\"]\n[domain]\n\"b.example\" = \"second\"\n");
    const auto summary = bench.run(people_at("a.example", 1000) + people_at("b.example", 10));
    CHECK(main.accepted().size() <= 52);
    // All but those whom it had in its hands then.
    CHECK(second.accepted().size() > 900);
    CHECK(summary.held == 0);
    CHECK(summary.delivered + summary.deferred + summary.failed + summary.uncertain == 1010);
  }
}

TEST_CASE("a run ends where one relay of somebody is down and the other holds our mail") {
  ScriptedServer works(usual);
  ScriptedServer blocks(blocking("body"));
  auto down = relay("down", works);
  down.port = static_cast<std::uint16_t>(closed_port());
  Bench bench;
  bench.options.receivers_file = bench.folder.file("receivers");
  bench.options.attempts = 1;
  const auto table = [&](const char* way) {
    bench.options.routes = nullptr;
    route(bench, {relay("works", works), relay("blocks", blocks), down},
          fmt::format("default = \"works\"\n[domain]\n\"x.example\" = {}\n", way));
  };
  table("\"blocks\"");
  bench.run(people_at("x.example", 40));
  REQUIRE(bench.sink.notices == "blocked relay.blocks ; ");
  bench.options.campaign = "summer";
  table("[\"down\", \"blocks\"]");
  const auto summary = bench.run(people_at("x.example", 40) + people_at("y.example", 10));
  CHECK(summary.delivered == 10);
  CHECK(summary.failed == 0);
  CHECK(summary.unfinished());
}

TEST_CASE("a run ends where one relay of somebody is down and the other has reached its limit") {
  ScriptedServer works(usual);
  ScriptedServer little(usual);
  auto down = relay("down", works);
  down.port = static_cast<std::uint16_t>(closed_port());
  down.weight = 100;  // it comes first
  Bench bench;
  bench.options.attempts = 1;
  bench.options.window = 50;
  bench.options.throttles = limited(bench.folder, "[relay.little]\nrates = [\"5/day\"]\n");
  route(bench, {relay("works", works), relay("little", little), down},
        "default = \"works\"\n[domain]\n\"x.example\" = [\"down\", \"little\"]\n");
  const auto summary = bench.run(people_at("x.example", 400) + people_at("y.example", 10));
  CHECK(works.accepted().size() == 10);
  CHECK(little.accepted().size() == 5);
  CHECK(summary.failed == 0);
  CHECK(summary.unfinished());
}

TEST_CASE("who could not be asked about does not go the way of the others") {
  ScriptedServer main(usual);
  ScriptedServer second(usual);
  Bench bench;
  route(bench, {relay("main", main), relay("second", second)},
        "default = \"main\"\n[provider]\ngoogle = \"second\"\n");
  bench.options.attempts = 1;
  bench.dns_answers[{"works.example", dns::Type::Mx}] = {
      dns::Status::ServFail, {}, false, "silent"};
  bench.dns_answers[{"gone.example", dns::Type::Mx}] = {dns::Status::NxDomain, {}, false, {}};
  bench.run({"a@works.example", "b@gone.example"});
  CHECK(bench.sink.story("a@works.example") == "deferred");
  // What no receiver has is for the relay to say.
  CHECK(bench.sink.story("b@gone.example") == "delivered 250");
}

TEST_CASE("hosts behind ourselves are no way to go") {
  struct Case {
    const char* name;
    std::vector<dns::Record> mx;
    const char* want;
  };
  const Case cases[] = {
      {"we are the best", {{"Sender.Example", 10, 60}, {"mx.b.example", 20, 60}}, "failed"},
      {"we are one of the best", {{"mx.b.example", 10, 60}, {"sender.example", 10, 60}}, "failed"},
      {"another is better",
       {{"sender.example", 20, 60}, {"mx.b.example", 10, 60}},
       "delivered 250"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    ScriptedServer server(usual);
    Bench bench;
    bench.options.direct_port = static_cast<std::uint16_t>(server.port());
    bench.dns_answers[{"b.example", dns::Type::Mx}] = {dns::Status::Ok, c.mx, false, {}};
    bench.run({"a@b.example"});
    CHECK(bench.sink.story("a@b.example") == c.want);
    const auto& event = bench.sink.events.back();
    if (event.kind == records::DeliveryEvent::Kind::Delivered) continue;
    CHECK(event.status == "5.4.6");
    CHECK(event.reason == "networkerror");
    CHECK(event.hard == false);
    CHECK(event.said_by == "dns");
    CHECK(event.diagnostic.find("loops back to ourselves") != std::string::npos);
  }
}

TEST_CASE("each name that we present is ourselves") {
  ScriptedServer server(usual);
  Bench bench;
  bench.options.direct_port = static_cast<std::uint16_t>(server.port());
  bench.options.sources =
      rules::SourcePool::make({rules::parse_source("127.0.0.2?helo=two.example").value()}).value();
  bench.dns_answers[{"b.example", dns::Type::Mx}] = {
      dns::Status::Ok, {{"two.example", 10, 60}}, false, {}};
  bench.run({"a@b.example", "a@two.example"});
  CHECK(bench.sink.story("a@b.example") == "failed");
}

TEST_CASE("what one server cannot take goes to the next") {
  const auto offering = [](const char* what) {
    return [what](std::string_view event, std::string_view) -> Answer {
      if (event != "EHLO") return {};
      return Answer::say(fmt::format("250-mx.example\r\n250-PIPELINING\r\n250 {}", what));
    };
  };
  ScriptedServer old_one(offering("8BITMIME"));
  ScriptedServer new_one(offering("SMTPUTF8"));
  Bench bench;
  bench.options.connections = 2;
  bench.relay_to(old_one);
  bench.relay_to(old_one);
  bench.relay_to(new_one);
  bench.options.relays[0].weight = 100;
  const auto summary = bench.run({"\u00e4@b.example", "plain@b.example"});
  CHECK(summary.delivered == 2);
  CHECK(new_one.accepted().contains("\u00e4@b.example"));

  // One that takes it may be down for a while, or for good: nobody fails for that.
  struct Case {
    const char* name;
    int refused;  // of the first connections to the one that takes it
    const char* want;
  };
  for (const auto& c :
       {Case{"for a while", 2, "delivered 250"}, Case{"for good", 1000, "deferred"}}) {
    CAPTURE(c.name);
    std::atomic<int> greetings = 0;
    ScriptedServer absent([&](std::string_view event, std::string_view who) {
      const bool refuses = event == "greeting" && ++greetings <= c.refused;
      return refuses ? Answer::drop() : offering("SMTPUTF8")(event, who);
    });
    Bench waiting;
    waiting.options.attempts = 20;
    waiting.options.expire = 1500ms;
    if (c.refused == 1000) waiting.options.attempts = 1;
    waiting.relay_to(absent);
    waiting.relay_to(old_one);
    waiting.options.relays[0].weight = 100;
    waiting.run({"\u00e4@b.example", "plain2@b.example"});
    CHECK(waiting.sink.story("\u00e4@b.example").ends_with(c.want));
  }

  Bench alone;
  alone.relay_to(old_one);
  alone.run({"\u00e4@b.example"});
  CHECK(alone.sink.story("\u00e4@b.example") == "failed");
  CHECK(alone.sink.events.back().status == "5.6.7");
}

}  // namespace

}  // namespace routes_test
