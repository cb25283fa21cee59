#include "rules/source_pool.h"

#include <cmath>
#include <map>

#include <doctest/doctest.h>
#include <fmt/core.h>

namespace source_pool_test {

using namespace hagaki;
using namespace hagaki::rules;

namespace {

SourcePool pool_of(const std::vector<std::string>& texts) {
  std::vector<SourceAddress> addresses;
  for (const auto& text : texts) addresses.push_back(parse_source(text).value());
  return SourcePool::make(std::move(addresses)).value();
}

/// The first address of that recipient.
std::string first(const SourcePool& pool, int n) {
  return pool.all()[pool.order(fmt::format("u{}@receiver.example", n)).front()].ip.text();
}

}  // namespace

TEST_CASE("how an address to send from is written") {
  struct Case {
    const char* text;
    const char* want;  // "ADDRESS weight helo"; empty: refused
  };
  const Case cases[] = {
      {"192.0.2.1", "192.0.2.1 1 "},
      {"2001:DB8:0::1", "2001:db8::1 1 "},
      {"192.0.2.1?weight=3", "192.0.2.1 3 "},
      {"192.0.2.1?helo=Mail.Example.jp", "192.0.2.1 1 mail.example.jp"},
      {"2001:db8::1?helo=a.example&weight=1000", "2001:db8::1 1000 a.example"},
      {"", ""},
      {"nowhere", ""},
      {"127.1", ""},
      {"[::1]", ""},
      {"192.0.2.1?", ""},
      {"192.0.2.1?weight=0", ""},
      {"192.0.2.1?weight=1001", ""},
      {"192.0.2.1?weight=-1", ""},
      {"192.0.2.1?helo=", ""},
      {"192.0.2.1?helo=two words", ""},
      {"192.0.2.1?weight=1&name=x", ""},
      {"192.0.2.1&weight=1", ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    const auto source = parse_source(c.text);
    CHECK((source ? fmt::format("{} {} {}", source->ip.text(), source->weight, source->helo)
                  : std::string()) == c.want);
  }
}

TEST_CASE("an address is named once") {
  const auto one = parse_source("2001:db8::1").value();
  const auto same = parse_source("2001:DB8:0:0::1?weight=2").value();
  const auto twice = SourcePool::make({one, same});
  REQUIRE(!twice);
  CHECK(twice.error().message == "2001:db8::1 stands twice");
  CHECK(!SourcePool::make(std::vector<SourceAddress>(SourcePool::kMost + 1, one)));
}

TEST_CASE("recipients are shared by weight") {
  const auto pool = pool_of({"192.0.2.1", "192.0.2.2?weight=3", "2001:db8::1?weight=6"});
  constexpr int kPeople = 20'000;
  std::map<std::string, int> count;
  for (int i = 0; i < kPeople; ++i) ++count[first(pool, i)];
  struct Case {
    const char* ip;
    double want;
  };
  for (const auto& c : {Case{"192.0.2.1", 0.1}, {"192.0.2.2", 0.3}, {"2001:db8::1", 0.6}}) {
    CAPTURE(c.ip);
    // Four standard deviations.
    const double most = 4 * std::sqrt(c.want * (1 - c.want) / kPeople);
    CHECK(std::abs(static_cast<double>(count[c.ip]) / kPeople - c.want) < most);
  }
}

TEST_CASE("who is mailed from which address stays so, in all runs and builds") {
  const auto pool = pool_of({"192.0.2.1", "192.0.2.2", "192.0.2.3"});
  std::string seen;
  for (int i = 0; i < 20; ++i) seen += first(pool, i).back();
  CHECK(seen == "21122111111212311322");
  // However the addresses are ordered.
  const auto turned = pool_of({"192.0.2.3", "192.0.2.1", "192.0.2.2"});
  for (int i = 0; i < 20; ++i) CHECK(first(turned, i) == first(pool, i));
}

TEST_CASE("an address that goes leaves its recipients to the next, and no others move") {
  const auto pool = pool_of({"192.0.2.1", "192.0.2.2?weight=2", "192.0.2.3"});
  const auto left = pool.without({*dns::parse_ip("192.0.2.3"), *dns::parse_ip("192.0.2.9")});
  REQUIRE(left.all().size() == 2);
  int moved = 0;
  for (int i = 0; i < 500; ++i) {
    const auto order = pool.order(fmt::format("u{}@receiver.example", i));
    REQUIRE(order.size() == 3);
    const bool went = order[0] == 2;
    moved += went ? 1 : 0;
    CHECK(first(left, i) == pool.all()[order[went ? 1 : 0]].ip.text());
  }
  CHECK(moved > 0);
}

TEST_CASE("no address, one address") {
  CHECK(SourcePool().order("u@receiver.example").empty());
  CHECK(pool_of({"192.0.2.1"}).order("u@receiver.example") == std::vector<std::size_t>{0});
}

}  // namespace source_pool_test
