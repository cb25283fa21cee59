#include "dnsbl/check.h"

#include <doctest/doctest.h>

#include <optional>

#include "fake_resolver.h"

using namespace hagaki;
using namespace hagaki::dnsbl;
using dns::Type;

namespace {

/// One run against a fake resolver.
struct Run {
  explicit Run(std::vector<AskedZone> asked) : zones(std::move(asked)) {
    options.now = [this] { return Timestamp(std::chrono::milliseconds(clock += 5)); };
  }

  void go(const std::vector<std::string>& specs) {
    std::vector<Target> targets;
    for (const auto& spec : specs) {
      const auto parsed = parse_target(spec).value();
      targets.insert(targets.end(), parsed.begin(), parsed.end());
    }
    Check check(resolver, zones, options);
    check.start(
        std::move(targets),
        [this](const Target& target, std::vector<Listing> rows) {
          order.push_back(target.text);
          for (auto& row : rows) listings.push_back(std::move(row));
        },
        [this](const CheckEnd& how) {
          ++ends;
          end = how;
        });
    resolver.run();
  }

  const Listing& row(std::size_t i) {
    REQUIRE(i < listings.size());
    return listings[i];
  }

  std::vector<AskedZone> zones;
  fake::Resolver resolver;
  CheckOptions options;
  int clock = 0;
  std::vector<std::string> order;
  std::vector<Listing> listings;
  CheckEnd end;
  int ends = 0;
};

AskedZone generic(const char* name) {
  return {generic_zone(name), ""};
}

}  // namespace

TEST_CASE("one row a zone and target; words only of a listing") {
  Run run({generic("a.example"), generic("b.example")});
  run.resolver.on("7.2.0.192.a.example", Type::A, fake::addresses({"127.0.0.2"}));
  run.resolver.on("7.2.0.192.a.example", Type::Txt,
                  fake::addresses({"see\nhttps://a.example/\xff"}));
  run.go({"192.0.2.7"});
  CHECK(run.ends == 1);
  CHECK(!run.end.resolver_dead);
  REQUIRE(run.listings.size() == 2);
  CHECK(run.row(0).zone->zone == "a.example");
  CHECK(run.row(0).verdict.outcome == Outcome::Listed);
  CHECK(run.row(0).verdict.codes == std::vector<std::string>{"127.0.0.2"});
  CHECK(run.row(0).text == "see https://a.example/\xEF\xBF\xBD");
  CHECK(run.row(0).elapsed_ms > 0);
  CHECK(run.row(1).verdict.outcome == Outcome::NotListed);
  CHECK(run.resolver.count("7.2.0.192.a.example", Type::Txt) == 1);
  CHECK(run.resolver.count("7.2.0.192.b.example", Type::Txt) == 0);
  CHECK(run.resolver.count("1.0.0.127.b.example", Type::A) == 0);
}

TEST_CASE("a zone that lists the world lists nobody") {
  struct Case {
    const char* name;
    dns::Answer unlisted_point;
    Outcome want;
  };
  const Case cases[] = {
      {"quiet", fake::failed(dns::Status::NxDomain), Outcome::Listed},
      {"lists it too", fake::addresses({"127.0.0.2"}), Outcome::Error},
      {"parked in between", fake::addresses({"192.0.2.80"}), Outcome::Error},
      {"refuses that one", fake::addresses({"127.255.255.255"}), Outcome::Listed},
      {"no answer to that one", fake::failed(dns::Status::Timeout), Outcome::Listed},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    Run run({generic("a.example")});
    for (const char* name : {"7.2.0.192.a.example", "8.2.0.192.a.example"}) {
      run.resolver.on(name, Type::A, fake::addresses({"127.0.0.2"}));
      run.resolver.on(name, Type::Txt, fake::addresses({"why"}));
    }
    run.resolver.on("1.0.0.127.a.example", Type::A, c.unlisted_point);
    run.go({"192.0.2.7", "192.0.2.8"});
    REQUIRE(run.listings.size() == 2);
    for (const auto& row : run.listings) {
      CHECK(row.verdict.outcome == c.want);
      CHECK(row.verdict.codes == std::vector<std::string>{"127.0.0.2"});
      CHECK(row.text.empty() == (c.want == Outcome::Error));
      if (c.want == Outcome::Error) {
        CHECK(row.verdict.meaning == "lists the world, 127.0.0.1 too");
      }
    }
    CHECK(run.resolver.count("1.0.0.127.a.example", Type::A) == 1);
  }
}

TEST_CASE("the test point itself, asked of a zone that lists the world") {
  Run run({generic("a.example")});
  run.resolver.on("1.0.0.127.a.example", Type::A, fake::addresses({"127.0.0.2"}));
  run.go({"127.0.0.1"});
  CHECK(run.row(0).verdict.outcome == Outcome::Error);
}

TEST_CASE("self-test") {
  struct Case {
    const char* name;
    dns::Answer listed_point;
    dns::Answer unlisted_point;
    Outcome want;
    const char* meaning;
  };
  const auto listed = fake::addresses({"127.0.0.2"});
  const auto no = fake::failed(dns::Status::NxDomain);
  const Case cases[] = {
      {"passes", listed, no, Outcome::NotListed, ""},
      {"empty", no, no, Outcome::Error, "does not list its test point 127.0.0.2"},
      {"lists the world", listed, listed, Outcome::Error, "lists the world, 127.0.0.1 too"},
      {"refused", fake::addresses({"127.255.255.254"}), no, Outcome::Refused,
       "failed its self-test: refuses to answer this resolver"},
      {"silent", fake::failed(dns::Status::Timeout), no, Outcome::Timeout,
       "failed its self-test: no answer in time"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    Run run({generic("a.example"), generic("b.example")});
    run.options.self_test = true;
    run.resolver.on("2.0.0.127.a.example", Type::A, c.listed_point);
    run.resolver.on("1.0.0.127.a.example", Type::A, c.unlisted_point);
    run.go({"192.0.2.7", "192.0.2.8"});
    REQUIRE(run.listings.size() == 4);
    for (const std::size_t i : {0u, 2u}) {
      CHECK(outcome_name(run.row(i).verdict.outcome) == outcome_name(c.want));
      CHECK(run.row(i).verdict.meaning == c.meaning);
    }
    CHECK(run.resolver.count("2.0.0.127.a.example", Type::A) == 1);
    CHECK(run.resolver.count("7.2.0.192.a.example", Type::A) ==
          (c.want == Outcome::NotListed ? 1 : 0));
  }
}

TEST_CASE("a list without test points is asked all the same") {
  AskedZone asked = generic("a.example");
  for (auto& points : asked.zone.tests) points.reset();
  Run run({asked});
  run.options.self_test = true;
  run.resolver.on("bad.example.a.example", Type::A, fake::addresses({"127.0.0.2"}));
  run.go({"bad.example"});
  CHECK(run.row(0).verdict.outcome == Outcome::Listed);
}

TEST_CASE("only zones that take the kind are asked") {
  AskedZone four = generic("four.example");
  four.zone.kinds = {Kind::Ip4};
  AskedZone names = generic("names.example");
  names.zone.kinds = {Kind::Domain};
  Run run({four, names});
  run.go({"bad.example", "192.0.2.7", "2001:db8::1"});
  CHECK(run.order == std::vector<std::string>{"bad.example", "192.0.2.7", "2001:db8::1"});
  REQUIRE(run.listings.size() == 2);
  CHECK(run.row(0).zone->zone == "names.example");
  CHECK(run.row(1).zone->zone == "four.example");
  CHECK(run.resolver.asked.size() == 2);
}

TEST_CASE("a dead resolver ends the check with its first target") {
  for (const auto status : {dns::Status::Timeout, dns::Status::Local}) {
    Run run({generic("a.example"), generic("b.example")});
    run.resolver.otherwise = fake::failed(status);
    run.resolver.otherwise.detail = "nobody there";
    run.options.max_in_flight = 2;
    run.go({"192.0.2.0/28"});
    CHECK(run.ends == 1);
    CHECK(run.end.resolver_dead);
    CHECK(run.end.detail == "nobody there");
    CHECK(run.listings.empty());
    CHECK(run.resolver.asked.size() <= 4);
  }
}

TEST_CASE("a resolver that dies midway ends the check too") {
  Run run({generic("a.example")});
  run.options.max_in_flight = 1;
  run.resolver.on("0.2.0.192.a.example", Type::A, fake::failed(dns::Status::NxDomain));
  run.resolver.on("5.2.0.192.a.example", Type::A, fake::failed(dns::Status::ServFail));
  run.resolver.otherwise = fake::failed(dns::Status::Timeout);
  run.go({"192.0.2.0/24"});
  CHECK(run.end.resolver_dead);
  CHECK(run.ends == 1);
  CHECK(run.listings.size() == 14);  // .0 to .5, and eight more without a word
}

TEST_CASE("a dead resolver is dead in a self-test too") {
  for (const auto status : {dns::Status::Timeout, dns::Status::Local}) {
    Run run({generic("a.example")});
    run.options.self_test = true;
    run.resolver.otherwise = fake::failed(status);
    run.go({"192.0.2.7"});
    CHECK(run.end.resolver_dead);
    CHECK(run.listings.empty());
  }
}

TEST_CASE("one silent zone is a row, not an end") {
  Run run({generic("a.example"), generic("b.example")});
  run.resolver.on("7.2.0.192.a.example", Type::A, fake::failed(dns::Status::Timeout));
  run.go({"192.0.2.7"});
  CHECK(!run.end.resolver_dead);
  CHECK(run.row(0).verdict.outcome == Outcome::Timeout);
  CHECK(run.row(1).verdict.outcome == Outcome::NotListed);
}

TEST_CASE("256 listings of 256 addresses, in order, within the bound") {
  Run run({generic("a.example")});
  run.options.max_in_flight = 10;
  run.resolver.otherwise = fake::addresses({"127.0.0.2"});
  run.resolver.on("1.0.0.127.a.example", Type::A, fake::failed(dns::Status::NxDomain));
  run.go({"198.51.100.0/24"});
  CHECK(run.ends == 1);
  REQUIRE(run.listings.size() == 256);
  for (std::size_t i = 0; i < 256; ++i) {
    CHECK(run.row(i).target.text == "198.51.100." + std::to_string(i));
    CHECK(run.row(i).verdict.outcome == Outcome::Listed);
  }
  CHECK(run.resolver.most_open <= 12);
}

TEST_CASE("a key is asked with and never shown") {
  AskedZone asked = generic("dq.example");
  asked.key = "S3cret";
  Run run({asked});
  run.resolver.on("7.2.0.192.s3cret.dq.example", Type::A, fake::addresses({"127.0.0.2"}));
  run.resolver.on("7.2.0.192.s3cret.dq.example", Type::Txt,
                  fake::addresses({"7.2.0.192.s3CRET.dq.example is listed"}));
  run.go({"192.0.2.7"});
  CHECK(run.row(0).verdict.outcome == Outcome::Listed);
  CHECK(run.row(0).zone->zone == "dq.example");
  CHECK(run.row(0).text == "7.2.0.192.(key).dq.example is listed");
}

TEST_CASE("a name too long to be asked is a row that says so") {
  const std::string label(63, 'a');
  const auto domain = label + '.' + label + '.' + label + ".example";
  Run run({generic((label + ".example").c_str()), generic("b.example")});
  run.go({domain});
  CHECK(run.row(0).verdict.outcome == Outcome::Error);
  CHECK(run.row(0).verdict.meaning == "too long to be asked in this zone");
  CHECK(run.row(1).verdict.outcome == Outcome::NotListed);
}

TEST_CASE("delisting pages of block lists only") {
  AskedZone block = generic("a.example");
  block.zone.delist_url = "https://a.example/?{ip}";
  AskedZone allow = generic("b.example");
  allow.zone.list = ListKind::Allow;
  allow.zone.delist_url = "https://b.example/?{ip}";
  Run run({block, allow});
  run.resolver.otherwise = fake::addresses({"127.0.0.2"});
  for (const char* name : {"1.0.0.127.a.example", "1.0.0.127.b.example"}) {
    run.resolver.on(name, Type::A, fake::failed(dns::Status::NxDomain));
  }
  run.go({"192.0.2.7"});
  CHECK(run.row(0).delist_url == "https://a.example/?192.0.2.7");
  CHECK(run.row(1).delist_url.empty());
  CHECK(run.row(1).verdict.outcome == Outcome::Listed);
}

TEST_CASE("nothing to ask ends at once; a check may be dropped midway") {
  Run nothing({});
  nothing.go({"192.0.2.7"});
  CHECK(nothing.ends == 1);
  CHECK(!nothing.end.resolver_dead);
  CHECK(nothing.order.size() == 1);

  fake::Resolver resolver;
  const std::vector<AskedZone> zones{generic("a.example")};
  bool called = false;
  {
    Check check(resolver, zones, {false, 10, [] { return Timestamp(); }});
    check.start(
        parse_target("192.0.2.7").value(),
        [&](const Target&, const std::vector<Listing>&) { called = true; },
        [&](const CheckEnd&) { called = true; });
  }
  resolver.run();
  CHECK(!called);
}
