#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lying_server.h"
#include "net/cares_resolver.h"
#include "net/loop.h"

// A resolver that lies: what comes of it is never a wrong "ok" and never a wrong "there is none".

namespace hagaki::net {
namespace {

using std::chrono::milliseconds;

std::string show(const dns::Answer& answer) {
  std::string out(status_name(answer.status));
  for (const auto& record : answer.records) out += ' ' + record.data;
  return out;
}

std::unique_ptr<CaresResolver> make(Loop& loop, const std::string& server,
                                    CaresResolver::Options options) {
  options.servers = {server};
  auto resolver = CaresResolver::create(loop, options);
  REQUIRE(resolver);
  return std::move(*resolver);
}

dns::Answer ask(Loop& loop, CaresResolver& resolver) {
  std::optional<dns::Answer> got;
  resolver.query("d.example", dns::Type::Mx, [&](const dns::Answer& answer) {
    CHECK_FALSE(got);
    got = answer;
    loop.stop();
  });
  loop.run();
  REQUIRE(got);
  return *got;
}

CaresResolver::Options soon() {
  CaresResolver::Options options;
  options.timeout = milliseconds(350);
  return options;
}

}  // namespace

TEST_CASE("lies over UDP") {
  struct Case {
    const char* name;
    Liar lie;
    const char* want;
  };
  const Case cases[] = {
      {"the truth, to begin with", [](const Asked& a) { return Lie{{a.answer({mx()})}, {}}; },
       "ok mx.example"},
      {"silence", [](const Asked&) { return Lie{}; }, "timeout"},
      {"another id",
       [](const Asked& a) {
         Bytes id = a.bytes.substr(0, 2);
         id[1] = static_cast<char>(id[1] ^ 1);
         return Lie{{Asked::with(id, a.question(), {mx()})}, {}};
       },
       "timeout"},
      {"another id first, then the truth",
       [](const Asked& a) {
         Bytes id = a.bytes.substr(0, 2);
         id[0] = static_cast<char>(id[0] ^ 1);
         return Lie{{Asked::with(id, a.question(), {mx(kSame, "evil.example")}), a.answer({mx()})},
                    {}};
       },
       "ok mx.example"},
      {"another question",
       [](const Asked& a) {
         return Lie{
             {Asked::with(a.bytes.substr(0, 2), labels("e.example") + u16(15) + u16(1), {mx()})},
             {}};
       },
       "timeout"},
      {"another type",
       [](const Asked& a) {
         return Lie{
             {Asked::with(a.bytes.substr(0, 2), labels("d.example") + u16(1) + u16(1), {mx()})},
             {}};
       },
       "timeout"},
      {"no question",
       [](const Asked& a) {
         return Lie{{Asked::with(a.bytes.substr(0, 2), "", {mx(labels("d.example"))})}, {}};
       },
       "timeout"},
      {"no such name, without a question",
       [](const Asked& a) { return Lie{{Asked::with(a.bytes.substr(0, 2), "", {}, 0x8183)}, {}}; },
       "timeout"},
      {"from another port", [](const Asked& a) { return Lie{{}, {a.answer({mx()})}}; }, "timeout"},
      {"from another port, then the truth",
       [](const Asked& a) {
         return Lie{{a.answer({mx()})}, {a.answer({mx(kSame, "evil.example")})}};
       },
       "ok mx.example"},
      {"the question itself", [](const Asked& a) { return Lie{{a.bytes}, {}}; }, "malformed"},
      {"a response bit that is not set",
       [](const Asked& a) { return Lie{{a.answer({mx()}, 0x0180)}, {}}; }, "malformed"},
      {"a notification", [](const Asked& a) { return Lie{{a.answer({mx()}, 0xa180)}, {}}; },
       "malformed"},
      {"records of another name",
       [](const Asked& a) { return Lie{{a.answer({mx(labels("e.example"))})}, {}}; }, "malformed"},
      {"records of another name beside the asked one",
       [](const Asked& a) {
         return Lie{{a.answer({mx(labels("e.example"), "evil.example"), mx()})}, {}};
       },
       "ok mx.example"},
      {"an alias to itself",
       [](const Asked& a) { return Lie{{a.answer({rr(kSame, 5, kSame)})}, {}}; }, "malformed"},
      {"aliases in a circle",
       [](const Asked& a) {
         return Lie{{a.answer({rr(kSame, 5, labels("e.example")),
                               rr(labels("e.example"), 5, labels("d.example"))})},
                    {}};
       },
       "malformed"},
      {"a name that points at itself",
       [](const Asked& a) {
         const auto at = 12 + a.question().size() + 12 + 2;
         return Lie{{a.answer({rr(kSame, 15, u16(10) + '\xc0' + static_cast<char>(at))})}, {}};
       },
       "malformed"},
      {"a name that points behind the end",
       [](const Asked& a) { return Lie{{a.answer({rr(kSame, 15, u16(10) + "\xcf\xff")})}, {}}; },
       "malformed"},
      {"no such name, with records",
       [](const Asked& a) { return Lie{{a.answer({mx()}, 0x8183)}, {}}; }, "malformed"},
      {"more records promised than there are",
       [](const Asked& a) {
         auto bytes = a.answer({mx()});
         bytes[7] = 9;
         return Lie{{bytes}, {}};
       },
       "malformed"},
      {"a code that nobody knows", [](const Asked& a) { return Lie{{a.answer({}, 0x818e)}, {}}; },
       "servfail"},
      {"a code that only EDNS has",
       [](const Asked& a) {
         auto bytes = a.answer({});
         bytes[11] = 1;
         bytes += Bytes(1, '\0') + u16(41) + u16(1232) + Bytes("\1\0\0\0", 4) + u16(0);
         return Lie{{bytes}, {}};
       },
       "servfail"},
      {"three bytes", [](const Asked& a) { return Lie{{a.bytes.substr(0, 3)}, {}}; }, "timeout"},
      {"a header only", [](const Asked& a) { return Lie{{a.answer({}).substr(0, 12)}, {}}; },
       "timeout"},
      {"cut off, and nobody listens at TCP",
       [](const Asked& a) { return Lie{{a.answer({mx()}, 0x8380)}, {}}; }, "timeout"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    Loop loop;
    LyingServer server(loop, c.lie);
    const auto resolver = make(loop, server.name(), soon());
    CHECK(show(ask(loop, *resolver)) == c.want);
    CHECK(server.edns);
  }
}

TEST_CASE("lies over TCP") {
  struct Case {
    const char* name;
    TcpLiar lie;
    std::string want;
  };
  std::vector<Bytes> hosts;
  std::string all = "ok";
  for (int i = 0; i < 200; ++i) {
    const std::string host = "h" + std::to_string(i) + ".example";
    hosts.push_back(mx(kSame, host));
    all += ' ' + host;
  }
  const Bytes filler = rr(kSame, 16, Bytes(1, '\x7f') + Bytes(127, 'x'));
  const Case cases[] = {
      {"the truth", [&](const Asked& a) { return a.answer(hosts); }, all},
      {"64 KB of other records, and one of ours at the end",
       [&](const Asked& a) {
         std::vector<Bytes> records(455, filler);
         records.push_back(mx());
         return a.answer(records);
       },
       "ok mx.example"},
      {"64 KB of records without data",
       [](const Asked& a) { return a.answer(std::vector<Bytes>(5000, rr(kSame, 15, ""))); },
       "malformed"},
      {"another id",
       [&](const Asked& a) -> Bytes {
         Bytes id = a.bytes.substr(0, 2);
         id[1] = static_cast<char>(id[1] ^ 1);
         return Asked::with(id, a.question(), hosts);
       },
       "timeout"},
      {"cut off again, and empty", [](const Asked& a) { return a.answer({}, 0x8380); },
       "malformed"},
      {"closed at once", [](const Asked&) -> std::optional<Bytes> { return std::nullopt; },
       "timeout"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    Loop loop;
    LyingServer server(loop, [](const Asked& a) { return Lie{{a.answer({}, 0x8380)}, {}}; }, c.lie);
    const auto resolver = make(loop, server.name(), soon());
    CHECK(show(ask(loop, *resolver)) == c.want);
    CHECK(server.tcp_questions > 0);
  }
}

TEST_CASE("a server that knows no EDNS is asked without") {
  Loop loop;
  LyingServer server(loop, [](const Asked& a) {
    return Lie{{a.bytes[11] == 1 ? a.answer({}, 0x8181) : a.answer({mx()})}, {}};
  });
  const auto resolver = make(loop, server.name(), soon());
  CHECK(show(ask(loop, *resolver)) == "ok mx.example");
  CHECK_FALSE(server.edns);
}

TEST_CASE("what is not answered is asked again, later and later") {
  Loop loop;
  std::vector<milliseconds> at;
  LyingServer server(loop, [&](const Asked&) {
    at.push_back(loop.now());
    return Lie{};
  });
  CaresResolver::Options options;
  options.timeout = milliseconds(1400);
  const auto resolver = make(loop, server.name(), options);
  CHECK(show(ask(loop, *resolver)) == "timeout");
  REQUIRE(at.size() == 3);
  // After 200 ms, then after 400; were they all alike it would be 400 for both.
  CHECK(at[2] - at[0] >= milliseconds(500));
}

TEST_CASE("ids are drawn, and ports change, under load too") {
  Loop loop;
  LyingServer server(loop, [](const Asked& a) { return Lie{{a.answer({mx()})}, {}}; });
  CaresResolver::Options options;
  options.timeout = std::chrono::seconds(20);
  options.in_flight = 40;
  const auto resolver = make(loop, server.name(), options);
  constexpr int kCount = 12'000;
  int left = kCount;
  for (int i = 0; i < kCount; ++i) {
    resolver->query("d.example", dns::Type::Mx, [&](const dns::Answer& answer) {
      CHECK(answer.status == dns::Status::Ok);
      if (--left == 0) loop.stop();
    });
  }
  loop.run();
  CHECK(left == 0);
  // Sixteen ports for 256 questions each, and then others.
  CHECK(server.ports.size() > 30);
  // Of so many out of 65,536 about a thousand coincide.
  CHECK(server.ids.size() > 10'000);
  CHECK(server.ids.size() < kCount);
}

TEST_CASE("no more questions are open at once than allowed") {
  Loop loop;
  LyingServer server(loop, [](const Asked&) { return Lie{}; });
  CaresResolver::Options options;
  options.timeout = std::chrono::seconds(20);
  options.in_flight = 3;
  const auto resolver = make(loop, server.name(), options);
  for (int i = 0; i < 10; ++i) {
    resolver->query("d.example", dns::Type::Mx, [](const dns::Answer&) {});
  }
  Timer late(loop);
  late.start(milliseconds(100), [&loop] { loop.stop(); });
  loop.run();
  CHECK(server.questions == 3);
}

TEST_CASE("no more questions a second than allowed") {
  Loop loop;
  std::vector<milliseconds> at;
  LyingServer server(loop, [&](const Asked& a) {
    at.push_back(loop.now());
    return Lie{{a.answer({mx()})}, {}};
  });
  CaresResolver::Options options;
  options.timeout = std::chrono::seconds(20);
  options.rate = 200;
  const auto resolver = make(loop, server.name(), options);
  int left = 110;
  for (int i = 0; i < 110; ++i) {
    resolver->query("d.example", dns::Type::Mx, [&](const dns::Answer&) {
      if (--left == 0) loop.stop();
    });
  }
  loop.run();
  REQUIRE(at.size() == 110);
  // Ten may come at once, the others are 5 ms apart: a bound from below, whatever the load.
  CHECK(at.back() - at.front() >= milliseconds(400));
}

}  // namespace hagaki::net
