// Lists that list what they must not, found out in the middle of a sweep.
#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "dnsbl/zone_tests.h"
#include "sweep.h"

namespace sweep_test {

TEST_CASE("a list that begins to list everything is found out") {
  struct Case {
    const char* spec;
    const char* usual_point;
  };
  const Case cases[] = {
      {"10.0.0.0/22", "1.0.0.127.a.example"},
      {"2001:db8::/118",
       "1.0.0.0.0.0.f.7.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.a.example"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.spec);
    Sweep sweep({generic("a.example"), generic("b.example")});
    sweep.options.zone_in_flight = 4;
    sweep.options.recheck_listings = 16;
    std::size_t to_a = 0;
    sweep.resolver.say = [&](const std::string& name, Type type) {
      if (!ends_with(name, "a.example") || type != Type::A) return fake::failed(Status::NxDomain);
      // A resolver has the answer about the usual test point in store.
      if (name == c.usual_point) return fake::failed(Status::NxDomain);
      ++to_a;
      const bool listed = to_a == 3 || to_a > 100;
      return listed ? fake::addresses({"127.0.0.2"}) : fake::failed(Status::NxDomain);
    };
    sweep.go(c.spec);
    CHECK(sweep.order.size() == 1024);
    CHECK(sweep.rows("b.example", Outcome::NotListed) == 1024);
    REQUIRE(sweep.told(NoticeKind::Disqualified) == 1);
    CHECK(sweep.notices[0].zone->zone == "a.example");
    // One was true; those before the sixteenth in a row could not be known to be false.
    const auto listed = sweep.rows("a.example", Outcome::Listed);
    CHECK(listed >= 1);
    CHECK(listed <= 17);
    CHECK(sweep.notices[0].doubtful == listed);
    CHECK(sweep.counts[0].doubtful == listed);
    CHECK(sweep.counts[0].disqualified);
    CHECK(sweep.rows("a.example", Outcome::NotListed) == 99);
    CHECK(sweep.rows("a.example", Outcome::Error) == 1024 - 99 - listed);
    CHECK(to_a < 150);  // and is not asked any more
    CHECK(sweep.listings.back().zone->zone == "b.example");
    CHECK(sweep.listings[sweep.listings.size() - 2].verdict.meaning.find("lists the world") == 0);
  }
}

TEST_CASE("a test that is due while the first is open comes after it, and nobody is told before") {
  struct Case {
    const char* spec;
    std::size_t at_once;
    std::size_t most_listed;
  };
  const Case cases[] = {
      {"10.0.0.0/27", 20, 0},  // sixteen are listed before the answer about the usual test point
      {"10.0.0.0/28", 100, 0}, {"10.0.0.0/26", 100, 0}, {"10.0.0.0/24", 100, 0},
      {"10.0.0.0/24", 4, 16},  {"10.0.0.0/29", 100, 8},  // too few to be suspected
  };
  for (const auto& c : cases) {
    CAPTURE(c.spec);
    CAPTURE(c.at_once);
    Sweep sweep({generic("a.example")});
    sweep.options.recheck_listings = 16;
    sweep.options.zone_in_flight = c.at_once;
    sweep.resolver.otherwise = fake::addresses({"127.0.0.2"});
    sweep.resolver.on("1.0.0.127.a.example", Type::A, Status::NxDomain);
    sweep.go(c.spec);
    CHECK(sweep.told(NoticeKind::Disqualified) == (c.most_listed == 8 ? 0 : 1));
    CHECK(sweep.rows("a.example", Outcome::Listed) <= c.most_listed);
    CHECK(sweep.rows("a.example", Outcome::Listed) + sweep.rows("a.example", Outcome::Error) ==
          sweep.order.size());
  }
}

TEST_CASE("a list that lists a whole range, and nothing that it must not, is believed") {
  Sweep sweep({generic("a.example")});
  sweep.options.recheck_listings = 16;
  sweep.resolver.say = [&](const std::string& name, Type) {
    return ends_with(name, ".127.a.example") ? fake::failed(Status::NxDomain)
                                             : fake::addresses({"127.0.0.2"});
  };
  sweep.go("10.0.0.0/20");
  CHECK(sweep.rows("a.example", Outcome::Listed) == 4096);
  CHECK(sweep.notices.empty());
  std::size_t tests = 0;
  for (const auto& [name, type] : sweep.resolver.asked) {
    tests += ends_with(name, ".127.a.example") && type == Type::A ? 1 : 0;
  }
  CHECK(tests > 5);
  CHECK(tests < 40);
}

TEST_CASE("entries that no list may have") {
  for (std::uint64_t seed = 1; seed < 2000; ++seed) {
    const auto ip4 = unlisted_point(Kind::Ip4, seed);
    CHECK(ip4.substr(0, 4) == "127.");
    CHECK(ip4.substr(0, 6) != "127.0.");
    CHECK(question_for(Kind::Ip4, ip4));
    CHECK(question_for(Kind::Ip6, unlisted_point(Kind::Ip6, seed)));
    CHECK(question_for(Kind::Domain, unlisted_point(Kind::Domain, seed)));
    CHECK(ip4 != unlisted_point(Kind::Ip4, seed + 1));
  }
  CHECK(question_for(Kind::Ip6, unlisted_point(Kind::Ip6, 1))->substr(12, 12) == "f.7.f.f.f.f.");
}

TEST_CASE("a list with test points of its own is tested by these alone") {
  Sweep sweep({generic("a.example")});
  sweep.options.recheck_listings = 16;
  sweep.options.zone_in_flight = 4;
  sweep.zones[0].zone.tests[0] = TestPoints{"127.0.0.2", "192.168.7.7"};
  sweep.resolver.otherwise = fake::addresses({"127.0.0.2"});
  sweep.resolver.on("7.7.168.192.a.example", Type::A, Status::NxDomain);
  sweep.go("10.0.0.0/24");
  CHECK(sweep.rows("a.example", Outcome::Listed) == 256);
  CHECK(sweep.resolver.count("7.7.168.192.a.example", Type::A) > 1);
}

}  // namespace sweep_test
