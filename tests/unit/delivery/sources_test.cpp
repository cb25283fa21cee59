#include "delivery/sources.h"

#include <csignal>
#include <map>
#include <set>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "scripted_server.h"
#include "temp_folder.h"

namespace {

using namespace hagaki;
using namespace std::chrono_literals;
using Answer = ScriptedServer::Answer;

class People : public delivery::RecipientSource {
 public:
  explicit People(int n) : left_(n) {}
  std::optional<delivery::Recipient> next() override {
    if (left_ == 0) return std::nullopt;
    return delivery::Recipient{*Address::parse(fmt::format("u{}@receiver.example", --left_)), "{}"};
  }

 private:
  int left_;
};

class Letters : public delivery::Renderer {
 public:
  Result<delivery::Message> render(const delivery::Recipient& recipient) override {
    delivery::Message m;
    m.message_id = recipient.address.text();
    m.envelope_sender = "b@sender.example";
    m.data = "Subject: hello\r\n\r\nhello\r\n";
    return m;
  }
};

class Events : public delivery::EventSink {
 public:
  bool event(const records::DeliveryEvent& event, std::string_view) override {
    all.push_back(event);
    return true;
  }
  bool notice(const records::Notice& notice, std::string_view) override {
    notices += fmt::format("{} {} {}; ", records::event_name(notice.event), notice.provider,
                           notice.source_ip);
    return true;
  }
  bool flush() override { return true; }

  /// From where each recipient got his message.
  [[nodiscard]] std::map<std::string, std::string> delivered() const {
    std::map<std::string, std::string> out;
    for (const auto& e : all) {
      if (e.kind == records::DeliveryEvent::Kind::Delivered) out[e.email] = e.source_ip;
    }
    return out;
  }

  std::vector<records::DeliveryEvent> all;
  std::string notices;
};

/// DNS in which every domain's MX is the loopback, by IPv4 alone.
class Dns : public dns::Resolver {
 public:
  explicit Dns(net::Loop& loop) : loop_(loop) {}
  void query(const std::string& name, dns::Type type, Done done) override {
    dns::Answer answer;
    answer.status = dns::Status::NoData;
    if (type == dns::Type::Mx) answer = {dns::Status::Ok, {{"mx." + name, 10, 60}}, false, {}};
    if (type == dns::Type::A) answer = {dns::Status::Ok, {{"127.0.0.1", 0, 60}}, false, {}};
    loop_.post([answer, done = std::move(done)] { done(answer); });
  }

 private:
  net::Loop& loop_;
};

struct World {
  explicit World(const std::vector<std::string>& addresses) {
    std::signal(SIGPIPE, SIG_IGN);
    std::vector<rules::SourceAddress> sources;
    for (const auto& text : addresses) sources.push_back(rules::parse_source(text).value());
    options.sources = rules::SourcePool::make(std::move(sources)).value();
    options.helo = "sender.example";
    options.connections = 6;
    options.tls = delivery::Tls::None;
    options.retry_after = 20ms;
    options.attempts = 3;
    options.folder = folder.file(".");
    options.host_pause = 10ms;
  }
  void through(const ScriptedServer& server, bool direct) {
    if (direct) {
      options.direct_port = static_cast<std::uint16_t>(server.port());
      return;
    }
    delivery::Relay relay;
    relay.host = "127.0.0.1";
    relay.port = static_cast<std::uint16_t>(server.port());
    options.relays.push_back(relay);
  }
  delivery::Summary run(int people, const std::string& campaign = "spring", bool resume = false) {
    options.campaign = campaign;
    store::Journal::Options how;
    how.resume = resume;
    auto journal = store::Journal::open(folder.file(campaign), campaign, how);
    REQUIRE(journal);
    net::Loop loop;
    Dns resolver(loop);
    delivery::Campaign one(loop, resolver, **journal, options);
    People source(people);
    Letters letters;
    return one.run(source, letters, events);
  }

  const TempFolder folder;
  delivery::Options options;
  Events events;
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
    const auto first = world.events.delivered();
    for (const auto& [email, ip] : first) {
      const auto* name = ip == "127.0.0.2" ? "two.sender.example" : "sender.example";
      CHECK(server.senders()[email] == ip + " " + name);
    }
    CHECK(values(first) == std::set<std::string>{"127.0.0.2", "127.0.0.3", "127.0.0.4"});
    CHECK(world.run(120, "summer").delivered == 120);
    CHECK(world.events.delivered() == first);
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
  const auto delivered = world.events.delivered();
  CHECK(values(delivered).size() == 3);
  for (const auto& event : world.events.all) CHECK(event.source_ip == delivered.at(event.email));
}

TEST_CASE("a host without IPv6 is reached from the IPv4 addresses") {
  ScriptedServer server([](std::string_view, std::string_view) { return Answer{}; });
  for (const bool direct : {false, true}) {
    CAPTURE(direct);
    World world({"::1", "127.0.0.2", "127.0.0.3"});
    world.through(server, direct);
    CHECK(world.run(40).delivered == 40);
    CHECK(values(world.events.delivered()) == std::set<std::string>{"127.0.0.2", "127.0.0.3"});
    world.events = {};
  }
  World world({"::1"});
  world.through(server, true);
  world.options.attempts = 1;
  CHECK(world.run(1).deferred == 1);
  CHECK(world.events.all.at(0).diagnostic.find(
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
  CHECK(values(world.events.delivered()) == std::set<std::string>{"127.0.0.2"});
  CHECK(world.events.notices == "blocked receiver.example 127.0.0.3; ");
  CHECK(summary.delivered + summary.deferred + summary.held == 60);
  CHECK(summary.delivered > 15);
  CHECK(summary.deferred + summary.held > 15);
  CHECK(refused <= 3);  // the sessions that were opened at first
}

TEST_CASE("who would be mailed from a refused address is mailed from the next, where asked for") {
  ScriptedServer server([&](std::string_view event, std::string_view who) {
    if (event == "greeting" && who == "127.0.0.3") {
      return Answer::say("554 5.7.1 Your IP address is blocked, see https://www.spamhaus.org/");
    }
    return Answer{};
  });
  World world({"127.0.0.2", "127.0.0.3", "127.0.0.4"});
  world.through(server, true);
  world.options.next_source = true;
  world.options.receivers_file = world.folder.file("receivers");
  CHECK(world.run(120).delivered == 120);
  const auto moved = world.events.delivered();
  CHECK(values(moved) == std::set<std::string>{"127.0.0.2", "127.0.0.4"});
  // Nobody else moves.
  const auto& pool = world.options.sources;
  for (const auto& [email, ip] : moved) {
    const auto order = pool.order(Address::parse(email)->key());
    const auto name = [&](std::size_t place) { return pool.all()[order[place]].ip.text(); };
    CHECK(ip == name(name(0) == "127.0.0.3" ? 1 : 0));
  }
  // The next campaign knows, and does not try.
  const int before = server.connections();
  world.events = {};
  CHECK(world.run(120, "summer").delivered == 120);
  CHECK(world.events.delivered() == moved);
  CHECK(world.events.all.size() == 120);
  CHECK(server.connections() > before);
}

TEST_CASE("an address that is warmed up sends what its day allows, the others the rest") {
  const Timestamp now = hagaki::now();
  const auto today = format_rfc3339(now - 24h).substr(0, 10);
  for (const bool direct : {false, true}) {
    CAPTURE(direct);
    ScriptedServer server([](std::string_view event, std::string_view who) {
      // Who is refused does not count.
      if (event == "RCPT" && who == "u7@receiver.example") {
        return Answer::say("550 5.1.1 no such user");
      }
      return Answer{};
    });
    World world({"127.0.0.2", "127.0.0.3?weight=9"});
    world.through(server, direct);
    const auto table =
        rules::parse_warm_up_table("\"127.0.0.3\" = \"" + today + ": 20,20,20,20\"", "t");
    const auto open = [&] {
      auto opened = delivery::WarmUps::open(table.value(), world.folder.file("limits"),
                                            std::make_shared<FixedZone>());
      world.options.warm_ups = std::make_shared<delivery::WarmUps>(std::move(opened.value()));
    };
    open();
    CHECK(world.run(100).delivered == 99);
    std::map<std::string, int> count;
    for (const auto& [email, ip] : world.events.delivered()) ++count[ip];
    CHECK(count["127.0.0.3"] <= 20);
    CHECK(count["127.0.0.3"] >= 19);
    CHECK(count["127.0.0.2"] == 99 - count["127.0.0.3"]);
    // The count holds over runs.
    world.events = {};
    open();
    CHECK(world.run(100, "summer").delivered == 99);
    for (const auto& [email, ip] : world.events.delivered()) ++count[ip];
    CHECK(count["127.0.0.3"] <= 20);
  }
}

TEST_CASE("where all addresses are full, who is left waits for another day") {
  const auto today = format_rfc3339(hagaki::now() - 24h).substr(0, 10);
  for (const bool direct : {false, true}) {
    CAPTURE(direct);
    ScriptedServer server([](std::string_view, std::string_view) { return Answer{}; });
    World world({"127.0.0.2", "127.0.0.3"});
    world.through(server, direct);
    const auto table = rules::parse_warm_up_table(
        "\"127.0.0.2\" = \"" + today + ": 5,5,5,5\"\n\"127.0.0.3\" = \"" + today + ": 7,7,7,7\"",
        "t");
    auto opened = delivery::WarmUps::open(table.value(), world.folder.file("limits"),
                                          std::make_shared<FixedZone>());
    world.options.warm_ups = std::make_shared<delivery::WarmUps>(std::move(opened.value()));
    world.options.attempts = 1;
    const auto summary = world.run(60);
    CHECK(summary.delivered == 12);
    CHECK(summary.failed + summary.uncertain == 0);
    CHECK(summary.unfinished());
  }
}
