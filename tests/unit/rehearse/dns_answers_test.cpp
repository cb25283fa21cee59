#include "rehearse/dns_answers.h"

#include <doctest/doctest.h>

#include <string>

namespace dns_answers_test {

using namespace hagaki;
using namespace hagaki::rehearse;

namespace {

constexpr const char* kScenario = R"(
[dns]
records = ["www.a.example. IN CNAME mx1.a.example.", "spf.a.example. IN TXT \"v=spf1 -all\""]
[[domain]]
name = "a.example"
mx = ["20 mx2.a.example", "10 mx1.a.example"]
[[domain]]
name = "implicit.example"
host = "web.implicit.example"
[[domain]]
name = "dead.example"
dns = "no-domain"
[[domain]]
name = "empty.example"
dns = "no-mail-host"
[[domain]]
name = "null.example"
dns = "null-mx"
[[domain]]
name = "broken.example"
dns = "servfail"
[[domain]]
name = "closed.example"
dns = "refused"
[[domain]]
name = "silent.example"
dns = "timeout"
[[domain]]
name = "*.many.example"
mx = ["1 mx.many.example"]
[[host]]
name = "mx1.a.example"
address = "127.0.0.9"
address6 = "::1"
[[dnsbl]]
zone = "bl.example"
listed = ["127.0.0.2", "192.0.2.0/28", "bad.example"]
codes = ["127.0.0.2", "127.0.0.4"]
text = "see {ip}"
[[dnsbl.entry]]
target = "198.51.100.1"
codes = ["127.255.255.254"]
[[dnsbl]]
zone = "dead.bl.example"
dns = "timeout"
)";

std::string query(std::string_view name, int type, int edns = 0) {
  std::string q{0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, static_cast<char>(edns > 0 ? 1 : 0)};
  while (!name.empty()) {
    const std::size_t dot = std::min(name.find('.'), name.size());
    q += static_cast<char>(dot);
    q += name.substr(0, dot);
    name.remove_prefix(std::min(dot + 1, name.size()));
  }
  q += {0, 0, static_cast<char>(type), 0, 1};
  if (edns > 0)
    q += {0, 0, 41, static_cast<char>(edns >> 8), static_cast<char>(edns & 0xff), 0, 0, 0, 0, 0, 0};
  return q;
}

int rcode(const std::string& answer) {
  return answer[3] & 15;
}
int answers(const std::string& answer) {
  return answer[7];
}
bool truncated(const std::string& answer) {
  return (answer[2] & 2) != 0;
}

constexpr int kA = 1;
constexpr int kMx = 15;
constexpr int kTxt = 16;
constexpr int kAaaa = 28;

}  // namespace

TEST_CASE("each state of a domain has its answer") {
  const auto scenario = parse_scenario(kScenario, "s");
  REQUIRE_MESSAGE(scenario, scenario.error().text());
  const auto dns = DnsAnswers::make(*scenario);
  REQUIRE(dns);
  struct Case {
    const char* name;
    int type;
    int rcode;
    int count;
  };
  const Case cases[] = {
      {"a.example", kMx, 0, 2},
      {"A.EXAMPLE", kMx, 0, 2},
      {"a.example", kA, 0, 0},
      {"mx1.a.example", kA, 0, 1},
      {"mx1.a.example", kAaaa, 0, 1},
      {"mx2.a.example", kA, 0, 1},
      {"mx2.a.example", kAaaa, 0, 0},
      {"www.a.example", kA, 0, 2},
      {"spf.a.example", kTxt, 0, 1},
      {"nothere.a.example", kA, 3, 0},
      {"implicit.example", kMx, 0, 0},
      {"implicit.example", kA, 0, 1},
      {"dead.example", kMx, 3, 0},
      {"sub.dead.example", kMx, 3, 0},
      {"empty.example", kMx, 0, 0},
      {"empty.example", kA, 0, 0},
      {"null.example", kMx, 0, 1},
      {"null.example", kA, 0, 0},
      {"broken.example", kMx, 2, 0},
      {"mx.broken.example", kA, 2, 0},
      {"closed.example", kMx, 5, 0},
      {"elsewhere.test", kMx, 3, 0},
      {"example", kMx, 0, 0},
      {"x.many.example", kMx, 0, 1},
      {"2.0.0.127.bl.example", kA, 0, 2},
      {"2.0.0.127.bl.example", kTxt, 0, 1},
      {"1.0.0.127.bl.example", kA, 3, 0},
      {"15.2.0.192.bl.example", kA, 0, 2},
      {"16.2.0.192.bl.example", kA, 3, 0},
      {"bad.example.bl.example", kA, 0, 2},
      {"good.example.bl.example", kA, 3, 0},
      {"1.100.51.198.bl.example", kA, 0, 1},
      {"bl.example", kA, 0, 0},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CAPTURE(c.type);
    const auto answer = dns->answer(query(c.name, c.type), false);
    REQUIRE(answer);
    CHECK(rcode(*answer) == c.rcode);
    CHECK(answers(*answer) == c.count);
    CHECK((*answer)[1] == 7);
  }
  CHECK(!dns->answer(query("silent.example", kMx), false));
  CHECK(!dns->answer(query("mx.silent.example", kA), true));
  CHECK(!dns->answer(query("2.0.0.127.dead.bl.example", kA), true));
}

TEST_CASE("what does not fit is cut over UDP and whole over TCP") {
  std::string toml = "[[domain]]\nname = \"a.example\"\nmx = [";
  for (int i = 0; i < 60; ++i)
    toml += "\"10 a-rather-long-name-" + std::to_string(i) + ".a.example\",";
  const auto scenario = parse_scenario(toml + "]\n", "s");
  REQUIRE(scenario);
  const auto dns = DnsAnswers::make(*scenario);
  REQUIRE(dns);
  const auto plain = dns->answer(query("a.example", kMx), false);
  REQUIRE(plain);
  CHECK(truncated(*plain));
  CHECK(answers(*plain) == 0);
  CHECK(plain->size() <= 512);
  const auto edns = dns->answer(query("a.example", kMx, 4096), false);
  REQUIRE(edns);
  CHECK(!truncated(*edns));
  CHECK(answers(*edns) == 60);
  const auto tcp = dns->answer(query("a.example", kMx), true);
  REQUIRE(tcp);
  CHECK(!truncated(*tcp));
  CHECK(answers(*tcp) == 60);
}

TEST_CASE("garbage gets no answer") {
  const auto scenario = parse_scenario(kScenario, "s");
  const auto dns = DnsAnswers::make(*scenario);
  REQUIRE(dns);
  CHECK(!dns->answer("", false));
  CHECK(!dns->answer("garbage", false));
  const std::string whole = query("a.example", kMx);
  for (std::size_t n = 0; n < whole.size(); ++n) CHECK(!dns->answer(whole.substr(0, n), false));
  std::string reply = whole;
  reply[2] = static_cast<char>(0x81);
  CHECK(!dns->answer(reply, false));
}

TEST_CASE("a record that is none is an error of the scenario") {
  const auto scenario = parse_scenario("[dns]\nrecords = [\"a.example. IN A nowhere\"]\n", "s");
  REQUIRE(scenario);
  const auto dns = DnsAnswers::make(*scenario);
  REQUIRE(!dns);
  CHECK(dns.error().code == ErrorCode::Config);
}

}  // namespace dns_answers_test
