#include "rehearse/receiver.h"

#include <doctest/doctest.h>

#include "memory_edge.h"

namespace receiver_test {

using namespace hagaki;
using namespace hagaki::rehearse;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr const char* kWorld = R"(
[smtp]
relay = "RELAY"
queue_retry_ms = 1000
queue_lifetime_ms = 3000
[[domain]]
name = "docomo.example"
mx = "mx.docomo.example"
mailboxes = "any"
unknown = "gone.*"
full_later = "full"
unknown_users = "bounce"
[[domain]]
name = "alumni.example"
mx = "mx.alumni.example"
mailboxes = "sensei"
[domain.forward]
moved = "gone.taro@docomo.example"
good = "taro@docomo.example"
round = "round@alumni.example"
[[domain]]
name = "grey.example"
mx = "mx.grey.example"
mailboxes = "any"
[[domain]]
name = "busy.example"
mx = ["10 mx.busy.example", "20 mx2.busy.example"]
mailboxes = "any"
[[domain]]
name = "dead.example"
dns = "no-domain"
[[domain]]
name = "null.example"
dns = "null-mx"
[[domain]]
name = "broken.example"
dns = "servfail"
[[domain]]
name = "down.example"
mx = "mx.down.example"
[[domain]]
name = "blocked.example"
mx = "mx.blocked.example"
mailboxes = "any"
[[domain]]
name = "turning.example"
mx = "mx.turning.example"
mailboxes = ["taro", "hanako"]
[[domain]]
name = "signed.example"
mx = "mx.signed.example"
mailboxes = "any"
[[host]]
name = "mx.docomo.example"
provider = "docomo"
[[host]]
name = "mx.grey.example"
greylist_s = 2
[[host]]
name = "mx.busy.example"
busy_connections = 1
busy_transactions = 1
max_connections = 2
rate_messages = 1
rate_window_s = 10
max_recipients = 2
[[host]]
name = "mx.down.example"
down = true
[[host]]
name = "mx.blocked.example"
provider = "outlook"
refuse_ips = ["127.0.0.0/8"]
refuse_at = "rcpt"
[[host]]
name = "mx.turning.example"
refuse_after = 2
refuse_as = "unknown"
[[host]]
name = "mx.signed.example"
provider = "gmail"
refuse_unsigned = true
)";

struct World {
  explicit World(const std::string& relay = "immediate") {
    std::string toml = kWorld;
    toml.replace(toml.find("RELAY"), 5, relay);
    auto parsed = parse_scenario(toml, "w");
    REQUIRE_MESSAGE(parsed, parsed.error().text());
    scenario = std::move(*parsed);
    receiver.emplace(scenario, edge);
  }
  std::size_t host(const char* name) const { return *scenario.host(name); }
  /// The refusal of one recipient, or of its message; "" when it was accepted.
  std::string send(std::size_t host_index, std::string_view to, Timestamp now = {},
                   std::string message = "Message-ID: <1@x>\r\n\r\nhello\r\n") {
    Accepted accepted;
    if (auto no =
            receiver->recipient(host_index, "news@shop.example", to, "127.0.0.1", 0, now, accepted))
      return *no;
    const auto outcome = receiver->message(host_index, "news@shop.example", {accepted},
                                           std::move(message), "127.0.0.1", now);
    receiver->run_queue(now);
    return outcome.reply;
  }
  MemoryEdge edge;
  Scenario scenario;
  std::optional<Receiver> receiver;
};

}  // namespace

TEST_CASE("through the relay every domain answers as itself") {
  struct Case {
    const char* to;
    const char* want;
  };
  const Case cases[] = {
      {"taro@docomo.example", ""},
      {"gone.taro@docomo.example", "550 Unknown user gone.taro@docomo.example"},
      {"full@docomo.example", ""},
      {"x@dead.example", "550 5.1.2 "},
      {"x@elsewhere.example", "550 5.1.2 "},
      {"x@null.example", "556 5.1.10 "},
      {"x@broken.example", "451 4.4.3 "},
      {"x@down.example", "451 4.4.1 "},
      {"x@grey.example", "451 4.7.1 "},
      {"x@busy.example", "451 4.3.2 "},  // a relay's own 421 would end its client's session
      {"x@blocked.example", "550 5.7.1 Unfortunately, messages from [127.0.0.1] weren't sent."},
      {"x@signed.example", "550 5.7.26 "},
  };
  World world;
  for (const Case& c : cases) {
    CAPTURE(c.to);
    const std::string reply = world.send(Receiver::kRelay, c.to);
    if (*c.want == '\0')
      CHECK(reply.empty());
    else
      CHECK_MESSAGE(reply.starts_with(c.want), reply);
  }
  CHECK(world
            .send(Receiver::kRelay, "x@signed.example", {},
                  "Subject: x\r\nDKIM-Signature: v=1\r\n\r\nx\r\n")
            .empty());
}

TEST_CASE("a greylisted pair gets through after the time, and not before") {
  World world;
  const std::size_t grey = world.host("mx.grey.example");
  const Timestamp start{seconds{1000}};
  CHECK(world.send(grey, "a@grey.example", start).starts_with("451 4.7.1"));
  CHECK(world.send(grey, "A@grey.example", start + milliseconds{1999}).starts_with("451 4.7.1"));
  CHECK(world.send(grey, "b@grey.example", start + seconds{2}).starts_with("451 4.7.1"));
  CHECK(world.send(grey, "a@grey.example", start + seconds{2}).empty());
  CHECK(world.edge.mails.size() == 1);
}

TEST_CASE("connections, transactions, recipients and rates have their limits") {
  World world;
  const std::size_t busy = world.host("mx.busy.example");
  Receiver& receiver = *world.receiver;
  const Timestamp now{seconds{1000}};
  const auto starts = [](const std::optional<std::string>& reply, std::string_view want) {
    return reply && reply->starts_with(want);
  };
  CHECK(starts(receiver.connected(busy, "127.0.0.1", now), "421 4.3.2"));
  receiver.disconnected(busy);
  CHECK(!receiver.connected(busy, "127.0.0.1", now));
  CHECK(!receiver.connected(busy, "127.0.0.1", now));
  CHECK(starts(receiver.connected(busy, "127.0.0.1", now), "421 4.7.0"));
  receiver.disconnected(busy);
  CHECK(starts(receiver.transaction(busy, "s@x.example", "127.0.0.1", 0, now), "421 4.3.2"));
  CHECK(!receiver.transaction(busy, "s@x.example", "127.0.0.1", 1, now));
  Accepted accepted;
  CHECK(!receiver.recipient(busy, "", "a@busy.example", "127.0.0.1", 0, now, accepted));
  CHECK(starts(receiver.recipient(busy, "", "b@busy.example", "127.0.0.1", 1, now, accepted),
               "450 4.7.1"));
  CHECK(starts(receiver.recipient(busy, "", "b@busy.example", "127.0.0.1", 2, now, accepted),
               "452 4.5.3"));
  CHECK(
      !receiver.recipient(busy, "", "b@busy.example", "127.0.0.1", 1, now + seconds{10}, accepted));
}

TEST_CASE("a bounce of a forward names the forward's address, and comes from the forwarder") {
  World world;
  CHECK(world.send(world.host("mx.alumni.example"), "moved@alumni.example").empty());
  REQUIRE(world.edge.bounces.size() == 1);
  const std::string& bounce = world.edge.bounces[0].message;
  CAPTURE(bounce);
  CHECK(world.edge.bounces[0].recipient == "news@shop.example");
  CHECK(bounce.find("\r\nFinal-Recipient: rfc822; gone.taro@docomo.example\r\n") !=
        std::string::npos);
  CHECK(bounce.find("Reporting-MTA: dns; mx.alumni.example\r\n") != std::string::npos);
  CHECK(bounce.find("Remote-MTA: dns; mx.docomo.example\r\n") != std::string::npos);
  CHECK(bounce.find("Diagnostic-Code: smtp; 550 Unknown user gone.taro@docomo.example\r\n") !=
        std::string::npos);
  CHECK(bounce.find("moved@alumni.example") == std::string::npos);
  CHECK(bounce.find("Message-ID: <1@x>\r\n") != std::string::npos);
  CHECK(bounce.find("hello") == std::string::npos);
}

TEST_CASE("a forward that works keeps the sender and tells the first address") {
  World world;
  CHECK(world.send(world.host("mx.alumni.example"), "good@alumni.example").empty());
  REQUIRE(world.edge.mails.size() == 1);
  CHECK(world.edge.mails[0].recipient == "taro@docomo.example");
  CHECK(world.edge.mails[0].original == "good@alumni.example");
  CHECK(world.edge.mails[0].sender == "news@shop.example");
}

TEST_CASE("a forward to itself ends as a bounce") {
  World world;
  CHECK(world.send(world.host("mx.alumni.example"), "round@alumni.example").empty());
  REQUIRE(world.edge.bounces.size() == 1);
  CHECK(world.edge.bounces[0].message.find("Status: 5.4.6\r\n") != std::string::npos);
  CHECK(world.receiver->queued() == 0);
}

TEST_CASE("a host that bounces later knows the status of its own mailbox") {
  World world;
  CHECK(world.send(world.host("mx.docomo.example"), "full@docomo.example").empty());
  REQUIRE(world.edge.bounces.size() == 1);
  CHECK(world.edge.bounces[0].message.find("Status: 5.2.2\r\n") != std::string::npos);
  CHECK(world.edge.bounces[0].message.find("Remote-MTA") == std::string::npos);
}

TEST_CASE("a smarthost accepts all, tries again, and gives up") {
  World world("queue");
  const Timestamp start{seconds{1000}};
  for (const char* to :
       {"gone.x@docomo.example", "x@dead.example", "x@grey.example", "x@down.example"})
    CHECK(world.send(Receiver::kRelay, to, start).empty());
  CHECK(world.edge.bounces.size() == 2);
  CHECK(world.receiver->queued() == 2);
  world.receiver->run_queue(start + seconds{1});
  CHECK(world.edge.mails.empty());
  world.receiver->run_queue(start + seconds{2});
  REQUIRE(world.edge.mails.size() == 1);
  CHECK(world.edge.mails[0].recipient == "x@grey.example");
  world.receiver->run_queue(start + seconds{3});
  REQUIRE(world.edge.bounces.size() == 3);
  CHECK(world.edge.bounces[2].message.find("Status: 4.4.1\r\n") != std::string::npos);
  CHECK(!world.receiver->next_due());
}

TEST_CASE("a bounce with nowhere to go ends, and makes no other") {
  World world;
  world.edge.take_bounces = false;
  CHECK(world.send(world.host("mx.alumni.example"), "moved@alumni.example").empty());
  CHECK(world.receiver->queued() == 0);
  CHECK(world.receiver->counts().bounced == 1);
  CHECK(world.edge.events.back() == "bounced news@shop.example");
}

TEST_CASE("who could not be stored behind others is tried again, not lost") {
  World world;
  const std::size_t host = world.host("mx.docomo.example");
  const Timestamp now{seconds{1000}};
  Accepted good;
  good.recipient = "taro@docomo.example";
  good.host = host;
  Accepted forwarded = good;
  forwarded.verdict = {Verdict::Action::BounceLater, "550 5.1.1 later", {}};
  world.edge.full = true;
  CHECK(world.receiver->message(host, "s@b.example", {good}, "x\r\n", "127.0.0.1", now).reply ==
        "451 4.3.0 Error: queue file write error");
  CHECK(world.receiver->message(host, "s@b.example", {forwarded, good}, "x\r\n", "127.0.0.1", now)
            .reply.empty());
  CHECK(world.edge.bounces.size() == 1);
  world.edge.full = false;
  world.receiver->run_queue(now + seconds{1});
  REQUIRE(world.edge.mails.size() == 1);
  CHECK(world.edge.mails[0].recipient == "taro@docomo.example");
}

TEST_CASE("the plain style is one text") {
  World world;
  world.scenario.hosts[world.host("mx.alumni.example")].bounce_style = BounceStyle::Plain;
  CHECK(world.send(world.host("mx.alumni.example"), "moved@alumni.example").empty());
  REQUIRE(world.edge.bounces.size() == 1);
  const std::string& bounce = world.edge.bounces[0].message;
  CHECK(bounce.find("multipart") == std::string::npos);
  CHECK(bounce.find("<gone.taro@docomo.example>: host mx.docomo.example") != std::string::npos);
  CHECK(bounce.find("\r\nMessage-ID: <1@x>\r\n") != std::string::npos);
}

TEST_CASE("headers are found folded and in any case") {
  const std::string_view headers = "Subject: a\r\nmessage-id:\r\n <1@x>\r\nTo: b\r\n";
  CHECK(header_value(headers, "Message-ID") == "<1@x>");
  CHECK(header_value(headers, "To") == "b");
  CHECK(header_value(headers, "Cc").empty());
  CHECK(header_section("A: b\r\n\r\nbody\r\n") == "A: b\r\n");
  CHECK(header_section("\r\nbody").empty());
}

TEST_CASE("a host that begins to refuse") {
  World world;
  const auto host = world.host("mx.turning.example");
  CHECK(world.send(host, "nobody@turning.example").starts_with("550 5.1.1 "));
  CHECK(world.send(host, "taro@turning.example").empty());
  CHECK(world.send(host, "hanako@turning.example").empty());
  CHECK(world.send(host, "taro@turning.example").starts_with("550 5.1.1 "));
  CHECK(world.send(host, "hanako@turning.example").starts_with("550 5.1.1 "));
}

}  // namespace receiver_test
