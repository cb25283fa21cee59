#include <doctest/doctest.h>

#include <mutex>
#include <set>

#include <fmt/format.h>

#include "campaign_bench.h"

namespace campaign_limits_test {

namespace {

using namespace campaign_bench;

/// Every third is refused.
Answer picky(std::string_view event, std::string_view who) {
  const bool refused =
      event == "RCPT" && (who.size() + static_cast<unsigned char>(who[1])) % 3 == 0;
  return refused ? Answer::say("550 5.7.1 not you") : Answer{};
}

TEST_CASE("as many are accepted as a quota has, however many are refused") {
  struct Case {
    const char* name;
    const char* limits;
    bool relay;
  };
  const Case cases[] = {
      {"of a relay", "[relay.\"127.0.0.1\"]\nrates = [\"30/day\"]\n", true},
      {"of a domain through a relay", "[domain.\"example.com\"]\nrates = [\"30/day\"]\n", true},
      {"of a domain", "[domain.\"example.com\"]\nrates = [\"30/day\"]\n", false},
      {"of mail hosts", "[mx.\"mx.example.com\"]\nrates = [\"30/day\"]\n", false},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    ScriptedServer server(picky);
    Bench bench;
    if (c.relay) {
      bench.relay_to(server);
    } else {
      bench.options.direct_port = static_cast<std::uint16_t>(server.port());
    }
    bench.options.attempts = 1;
    bench.options.throttles = limited(bench.folder, c.limits);
    const auto summary = bench.run(people(100));
    CHECK(summary.delivered == 30);
    CHECK(summary.failed > 5);
    CHECK(summary.unfinished());
    CHECK(server.accepted().size() == 30);
  }
}

TEST_CASE("a domain's sessions are its own, also where its mail hosts take that of others") {
  std::mutex mutex;
  std::set<std::string> seen;
  ScriptedServer server(usual);
  Bench bench;
  bench.options.direct_port = static_cast<std::uint16_t>(server.port());
  bench.options.connections = 6;
  bench.options.throttles = limited(bench.folder,
                                    "[mx.\"mx.host.example\"]\nconnections = 2\n"
                                    "messages_per_connection = 0\n"
                                    "[domain.\"single.example\"]\nconnections = 1\n"
                                    "messages_per_connection = 5\n");
  const dns::Answer mx{dns::Status::Ok, {{"mx.host.example", 10, 60}}, false, {}};
  bench.dns_answers[{"single.example", dns::Type::Mx}] = mx;
  bench.dns_answers[{"other.example", dns::Type::Mx}] = mx;
  auto emails = people_at("single.example", 20);
  CHECK(bench.run(emails).delivered == 20);
  CHECK(server.most_sessions() == 1);
  CHECK(server.connections() == 4);
  for (const auto& email : people_at("other.example", 200)) emails.push_back(email);
  CHECK(bench.run(emails).delivered == 200);
  CHECK(server.most_sessions() <= 2);
  CHECK(server.connections() <= 6);
}

TEST_CASE("dead addresses of earlier runs count") {
  ScriptedServer server([](std::string_view event, std::string_view who) {
    return event == "RCPT" && who.starts_with("dead") ? Answer::say("550 5.1.1 no such user")
                                                      : Answer{};
  });
  Bench bench;
  bench.relay_to(server);
  bench.options.connections = 1;
  bench.options.pipelining = delivery::Pipelining::Off;
  bench.options.bounce_limit = {0.05, 100};
  std::vector<std::string> emails;
  for (int i = 0; i < 40; ++i) emails.push_back(fmt::format("dead{}@d{}.example", i, i));
  const auto first = bench.run(emails);
  CHECK(first.stop_reason == "too many dead addresses");
  CHECK(first.failed >= 6);
  CHECK(first.failed < 30);
  const auto second = bench.run(emails, true);
  CHECK(second.stop_reason == "too many dead addresses");
  CHECK(second.failed >= 1);
  CHECK(second.failed < first.failed);
}

}  // namespace

}  // namespace campaign_limits_test
