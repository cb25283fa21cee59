#include <doctest/doctest.h>

#include <atomic>

#include "campaign_bench.h"

namespace campaign_rendering_test {

namespace {

using namespace campaign_bench;

TEST_CASE("messages that are made when a session has room for them") {
  std::atomic<int> shaky = 0;
  ScriptedServer server([&](std::string_view event, std::string_view who) -> Answer {
    if (event == "RCPT" && who == "shaky@example.com" && ++shaky == 1) return Answer::drop();
    return {};
  });
  Bench bench;
  bench.relay_to(server);
  bench.renderer.late = true;
  bench.renderer.fails_for = "blank@example.com";
  auto emails = people(100);
  emails.insert(emails.begin() + 50, {"shaky@example.com", "blank@example.com"});
  const auto summary = bench.run(emails);
  CHECK(summary.delivered == 101);
  CHECK(summary.held == 1);
  CHECK(bench.sink.story("shaky@example.com") == "delivered 250");
  CHECK(bench.sink.story("blank@example.com") == "held");
  CHECK(server.accepted().size() == 101);
  for (const auto& e : bench.sink.events) {
    // The envelope was there from the start, the message only where it was made.
    CHECK(e.message_id == e.email + ".id");
    CHECK(e.size.has_value() == (e.email != "blank@example.com"));
  }

  bench.sink = Sink{};
  bench.renderer.fails_for.clear();
  const auto second = bench.run(emails, true);
  CHECK(second.already_done == 101);
  CHECK(bench.sink.story("blank@example.com") == "delivered 250");
  CHECK(bench.sink.events[0].attempt == 1);
}

}  // namespace

}  // namespace campaign_rendering_test
