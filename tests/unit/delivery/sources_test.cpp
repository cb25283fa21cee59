#include "delivery/sources.h"

#include <map>
#include <set>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "campaign_bench.h"

namespace sources_test {

namespace {

using namespace campaign_bench;

/// A bench that sends from several addresses.
struct World : Bench {
  explicit World(const std::vector<std::string>& addresses) {
    std::vector<rules::SourceAddress> sources;
    for (const auto& text : addresses) sources.push_back(rules::parse_source(text).value());
    options.sources = rules::SourcePool::make(std::move(sources)).value();
    options.connections = 6;
  }
  void through(const ScriptedServer& server, bool direct) {
    if (!direct) return relay_to(server);
    options.direct_port = static_cast<std::uint16_t>(server.port());
  }
  Summary run(int count, const std::string& campaign = "spring", bool resume = false) {
    options.campaign = campaign;
    return Bench::run(people_at("receiver.example", count), resume);
  }
  /// From where each recipient got his message.
  [[nodiscard]] std::map<std::string, std::string> delivered() const {
    std::map<std::string, std::string> out;
    for (const auto& e : sink.events) {
      if (e.kind == records::DeliveryEvent::Kind::Delivered) out[e.email] = e.source_ip;
    }
    return out;
  }
  /// Opens the counts of a run anew, as its process would.
  void warm_up(const std::string& table) {
    auto opened = delivery::WarmUps::open(rules::parse_warm_up_table(table, "t").value(),
                                          folder.file("limits"), zone_of_noon());
    options.warm_ups = std::make_shared<delivery::WarmUps>(std::move(opened.value()));
  }
};

std::set<std::string> values(const std::map<std::string, std::string>& map) {
  std::set<std::string> out;
  for (const auto& [key, value] : map) out.insert(value);
  return out;
}

}  // namespace

TEST_CASE("recipients are shared by the addresses, each with its own name, the same in every run") {
  for (const bool direct : {false, true}) {
    CAPTURE(direct);
    ScriptedServer server([](std::string_view, std::string_view) { return Answer{}; });
    World world({"127.0.0.2?helo=two.sender.example", "127.0.0.3?weight=2", "127.0.0.4"});
    world.through(server, direct);
    CHECK(world.run(120).delivered == 120);
    const auto first = world.delivered();
    for (const auto& [email, ip] : first) {
      const auto* name = ip == "127.0.0.2" ? "two.sender.example" : "sender.example";
      CHECK(server.senders()[email] == ip + " " + name);
    }
    CHECK(values(first) == std::set<std::string>{"127.0.0.2", "127.0.0.3", "127.0.0.4"});
    CHECK(world.run(120, "summer").delivered == 120);
    CHECK(world.delivered() == first);
  }
}

TEST_CASE("who is put off comes again from the same address") {
  std::mutex mutex;
  std::map<std::string, int> tries;
  ScriptedServer server([&](std::string_view event, std::string_view who) {
    const std::lock_guard lock(mutex);
    if (event == "RCPT" && ++tries[std::string(who)] < 3)
      return Answer::say("451 4.7.1 greylisted");
    return Answer{};
  });
  World world({"127.0.0.2", "127.0.0.3", "127.0.0.4"});
  world.through(server, true);
  world.options.attempts = 2;
  CHECK(world.run(20).deferred == 20);
  CHECK(world.run(20, "spring", true).delivered == 20);
  const auto delivered = world.delivered();
  CHECK(values(delivered).size() == 3);
  for (const auto& event : world.sink.events) CHECK(event.source_ip == delivered.at(event.email));
}

TEST_CASE("a host without IPv6 is reached from the IPv4 addresses") {
  ScriptedServer server([](std::string_view, std::string_view) { return Answer{}; });
  for (const bool direct : {false, true}) {
    CAPTURE(direct);
    World world({"::1", "127.0.0.2", "127.0.0.3"});
    world.through(server, direct);
    CHECK(world.run(40).delivered == 40);
    CHECK(values(world.delivered()) == std::set<std::string>{"127.0.0.2", "127.0.0.3"});
    world.sink = {};
  }
  World world({"::1"});
  world.through(server, true);
  world.options.attempts = 1;
  CHECK(world.run(1).deferred == 1);
  CHECK(world.sink.events.at(0).diagnostic.find(
            "mx.receiver.example has no IPv6 address, and we send from ::1") != std::string::npos);
}

TEST_CASE("a receiver that refuses one address gets the mail from the others") {
  std::atomic<int> refused = 0;
  ScriptedServer server([&](std::string_view event, std::string_view who) {
    if (event == "greeting" && who == "127.0.0.3") {
      ++refused;
      return Answer::say("554 5.7.1 Your IP address is blocked, see https://www.spamhaus.org/");
    }
    return Answer{};
  });
  World world({"127.0.0.2", "127.0.0.3"});
  world.through(server, true);
  const auto summary = world.run(60);
  CHECK(values(world.delivered()) == std::set<std::string>{"127.0.0.2"});
  CHECK(world.sink.notices == "blocked receiver.example 127.0.0.3; ");
  CHECK(summary.delivered + summary.deferred + summary.held == 60);
  CHECK(summary.delivered > 15);
  CHECK(summary.deferred + summary.held > 15);
  CHECK(refused <= 3);  // the sessions that were opened at first
}

TEST_CASE("an address that is to open fewer sessions keeps those that it has") {
  int from_three = 0;
  std::mutex mutex;
  ScriptedServer server([&](std::string_view event, std::string_view who) {
    const std::lock_guard lock(mutex);
    if (event == "greeting" && who == "127.0.0.3" && ++from_three <= 2) {
      return Answer::say("421 4.7.0 Too many concurrent connections from your IP address");
    }
    return Answer{};
  });
  World world({"127.0.0.2", "127.0.0.3"});
  world.through(server, true);
  // The campaign lasts while the sessions are looked after many times.
  world.options.throttles = limited(world.folder, "[default]\nrates = [\"100/second\"]\n");
  CHECK(world.run(120).delivered == 120);
  CHECK(values(world.delivered()).size() == 2);
  CHECK(from_three <= 6);
}

TEST_CASE("who would be mailed from a refused address is mailed from the next, where asked for") {
  std::atomic<int> refused = 0;
  ScriptedServer server([&](std::string_view event, std::string_view who) {
    if (event == "greeting" && who == "127.0.0.3") {
      ++refused;
      return Answer::say("554 5.7.1 Your IP address is blocked, see https://www.spamhaus.org/");
    }
    return Answer{};
  });
  World world({"127.0.0.2", "127.0.0.3", "127.0.0.4"});
  world.through(server, true);
  world.options.next_source = true;
  world.options.receivers_file = world.folder.file("receivers");
  CHECK(world.run(120).delivered == 120);
  const auto moved = world.delivered();
  CHECK(values(moved) == std::set<std::string>{"127.0.0.2", "127.0.0.4"});
  // Nobody else moves.
  const auto& pool = world.options.sources;
  for (const auto& [email, ip] : moved) {
    const auto order = pool.order(Address::parse(email)->key());
    const auto name = [&](std::size_t place) { return pool.all()[order[place]].ip.text(); };
    CHECK(ip == name(name(0) == "127.0.0.3" ? 1 : 0));
  }
  // The next campaign knows, and does not try.
  CHECK(refused > 0);
  refused = 0;
  world.sink = {};
  CHECK(world.run(120, "summer").delivered == 120);
  CHECK(world.delivered() == moved);
  CHECK(world.sink.events.size() == 120);
  CHECK(refused == 0);
}

TEST_CASE("an address that is warmed up sends what its day allows, the others the rest") {
  for (const bool direct : {false, true}) {
    CAPTURE(direct);
    std::atomic<bool> full = true;
    ScriptedServer server([&](std::string_view event, std::string_view) {
      return event == "RCPT" && full ? Answer::say("552 5.2.2 mailbox full") : Answer{};
    });
    World world({"127.0.0.2", "127.0.0.3?weight=9"});
    world.through(server, direct);
    const auto table = "\"127.0.0.3\" = \"" + today() + ": 20\"";
    // Who is refused does not count.
    world.warm_up(table);
    CHECK(world.run(100, "winter").failed == 100);
    full = false;
    world.warm_up(table);
    CHECK(world.run(100).delivered == 100);
    std::map<std::string, int> count;
    for (const auto& [email, ip] : world.delivered()) ++count[ip];
    CHECK(count["127.0.0.3"] == 20);
    CHECK(count["127.0.0.2"] == 80);
    // The count holds over runs.
    world.sink = {};
    world.warm_up(table);
    CHECK(world.run(100, "summer").delivered == 100);
    for (const auto& [email, ip] : world.delivered()) ++count[ip];
    CHECK(count["127.0.0.3"] == 20);
  }
}

TEST_CASE("who is put off gives back his place in what an address may send that day") {
  for (const bool direct : {false, true}) {
    CAPTURE(direct);
    Greylist greylist;
    ScriptedServer server(std::ref(greylist));
    World world({"127.0.0.2", "127.0.0.3?weight=9"});
    world.through(server, direct);
    world.warm_up("\"127.0.0.3\" = \"" + today() + ": 20\"");
    CHECK(world.run(100).delivered == 100);
    std::map<std::string, int> count;
    for (const auto& [email, ip] : world.delivered()) ++count[ip];
    CHECK(count == std::map<std::string, int>{{"127.0.0.2", 80}, {"127.0.0.3", 20}});
  }
}

TEST_CASE("where all addresses are full, who is left waits for another day") {
  for (const bool direct : {false, true}) {
    CAPTURE(direct);
    ScriptedServer server([](std::string_view, std::string_view) { return Answer{}; });
    World world({"127.0.0.2", "127.0.0.3"});
    world.through(server, direct);
    world.warm_up(fmt::format("\"127.0.0.2\" = \"{0}: 5\"\n\"127.0.0.3\" = \"{0}: 7\"", today()));
    world.options.attempts = 1;
    const auto summary = world.run(60);
    CHECK(summary.delivered == 12);
    CHECK(summary.failed + summary.uncertain == 0);
    CHECK(summary.unfinished());
  }
}

}  // namespace sources_test
