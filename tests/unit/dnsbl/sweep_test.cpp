#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sweep.h"

namespace sweep_test {

TEST_CASE("a range is asked in its order, and only so much of it at once") {
  Sweep sweep({generic("a.example"), generic("b.example")});
  sweep.options.zone_in_flight = 10;
  sweep.resolver.on("3.2.9.10.a.example", Type::A, fake::addresses({"127.0.0.2"}));
  sweep.go("10.9.0.0/16");
  REQUIRE(sweep.order.size() == 65'536);
  CHECK(sweep.order.front() == "10.9.0.0");
  CHECK(sweep.order[515] == "10.9.2.3");
  CHECK(sweep.order.back() == "10.9.255.255");
  CHECK(sweep.rows("a.example", Outcome::Listed) == 1);
  CHECK(sweep.rows("a.example", Outcome::NotListed) == 65'535);
  CHECK(sweep.rows("b.example", Outcome::NotListed) == 65'536);
  CHECK(sweep.most_begun <= 4'096);
  CHECK(sweep.resolver.most_open <= 20);
  CHECK(sweep.counts[0].listed == 1);
  CHECK(sweep.counts[0].not_listed == 65'535);
  CHECK(sweep.counts[1].questions == 65'536);
}

TEST_CASE("each list is asked at its own pace") {
  struct Case {
    const char* name;
    const char* limits;
    std::uint64_t rate;
    int at_least_ms;
    int at_most_ms;
  };
  const Case cases[] = {
      {"no limit", "", 0, 0, 0},
      {"by the option", "", 10, 25'000, 27'000},
      {"by its row", "one query per 100 ms per address block", 0, 25'000, 27'000},
      {"a burst is allowed, then evenly", "5 queries a second sustained", 0, 50'000, 52'000},
      {"the lower of both", "one query per 100 ms", 5, 50'000, 52'000},
      {"a quota is no rate", "300000 queries a day", 0, 0, 0},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    Sweep sweep({generic("a.example")});
    sweep.zones[0].zone.limits = c.limits;
    sweep.options.zone_rate = c.rate;
    const auto began = sweep.clock;
    sweep.go("192.0.2.0/24");
    CHECK(sweep.order.size() == 256);
    const auto took = (sweep.clock - began).count();
    CHECK(took >= c.at_least_ms);
    CHECK(took <= c.at_most_ms);
  }
}

TEST_CASE("a list that falls silent is set aside, tried again, and taken back") {
  Sweep sweep({generic("a.example"), generic("b.example")});
  sweep.options.zone_in_flight = 4;
  sweep.zones[0].zone.limits = "one query per 100 ms";  // time goes by
  const auto began = sweep.clock;
  sweep.resolver.say = [&](const std::string& name, Type) {
    const auto at = sweep.clock - began;
    const bool silent = at > std::chrono::seconds(60) && at < std::chrono::seconds(600);
    const bool is_b = ends_with(name, "b.example");
    return fake::failed(is_b && silent ? Status::Timeout : Status::NxDomain);
  };
  sweep.go("192.0.0.0/19");
  CHECK(!sweep.end->resolver_dead);
  CHECK(sweep.order.size() == 8192);
  CHECK(sweep.rows("a.example", Outcome::NotListed) == 8192);
  const auto timeouts = sweep.rows("b.example", Outcome::Timeout);
  CHECK(timeouts > 1000);
  CHECK(sweep.rows("b.example", Outcome::NotListed) == 8192 - timeouts);
  CHECK(sweep.listings.back().verdict.outcome == Outcome::NotListed);
  CHECK(sweep.told(NoticeKind::SetAside) == 1);
  CHECK(sweep.told(NoticeKind::Back) == 1);
  CHECK(sweep.counts[1].set_aside == 1);
  std::size_t unasked = 0;
  for (const auto& row : sweep.listings) {
    unasked += row.verdict.meaning.find("not asked: set aside") == 0 ? 1 : 0;
  }
  // Few questions went to nobody: the four that showed it, each put twice, and seven retries, one
  // of them answered.
  CHECK(timeouts - unasked >= 4);
  CHECK(timeouts - unasked <= 8);
  CHECK(sweep.counts[1].questions <= 8192 - unasked + 4 + 7);
}

TEST_CASE("what a list that answers well leaves open is asked once more") {
  struct Case {
    const char* name;
    std::size_t from;  ///< questions answered before
    int losses;        ///< of each seventh address
    Outcome outcome;
  };
  const Case cases[] = {
      {"lost once", 2'000, 1, Outcome::Listed},
      {"lost twice", 2'000, 2, Outcome::Timeout},
      {"lost before it has answered many", 10, 1, Outcome::Timeout},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    Sweep sweep({generic("a.example")});
    std::map<std::string, int> lost;
    std::size_t questions = 0;
    sweep.resolver.say = [&](const std::string& name, Type type) {
      if (type == Type::Txt) return fake::failed(Status::NxDomain);
      ++questions;
      const bool is_lost =
          lost.contains(name) || (questions > c.from && lost.size() < 20 && questions % 7 == 0 &&
                                  name != "1.0.0.127.a.example");
      if (is_lost && ++lost[name] <= c.losses) return fake::failed(Status::Timeout);
      if (lost.contains(name)) return fake::addresses({"127.0.0.2"});
      return fake::failed(Status::NxDomain);
    };
    sweep.go("10.9.0.0/20");
    CHECK(sweep.order.size() == 4'096);
    CHECK(sweep.order.back() == "10.9.15.255");
    CHECK(lost.size() == 20);
    CHECK(sweep.rows("a.example", c.outcome) == 20);
    CHECK(sweep.rows("a.example", Outcome::NotListed) == 4'096 - 20);
    CHECK(sweep.told(NoticeKind::SetAside) == 0);
    for (const auto& [name, times] : lost) {
      CHECK(sweep.resolver.count(name, Type::A) == (c.from > 1'000 ? 2 : 1));
    }
  }
}

TEST_CASE("where no list answers any more nothing is lost: the rest is left") {
  for (const bool returns : {false, true}) {
    CAPTURE(returns);
    Sweep sweep({generic("a.example")});
    sweep.options.zone_in_flight = 4;
    std::size_t questions = 0;
    sweep.resolver.say = [&](const std::string&, Type) {
      ++questions;
      const bool silent = questions > 50 && (!returns || questions < 60);
      return fake::failed(silent ? Status::Timeout : Status::NxDomain);
    };
    const auto began = sweep.clock;
    sweep.go("10.0.0.0/20");
    CHECK(sweep.end->resolver_dead == !returns);
    CHECK(sweep.told(NoticeKind::SetAside) == 1);
    CHECK(sweep.rows("a.example", Outcome::Timeout) < 4096u);
    if (returns) {
      CHECK(sweep.order.size() == 4096);
      CHECK(sweep.rows("a.example", Outcome::Timeout) <= 12);
    } else {
      CHECK(sweep.clock - began >= milliseconds(35'000));  // 5, 10 and 20 s
      CHECK(questions <= 50 + 8 + 4 + 3);
    }
  }
}

TEST_CASE("an answer holds as long as its TTL says") {
  struct Case {
    const char* name;
    std::uint32_t ttl;
    Status status;
    std::size_t want;
  };
  const Case cases[] = {
      {"holds", 300, Status::NxDomain, 1},
      {"no longer", 2, Status::NxDomain, 2},
      {"unknown", 0, Status::NxDomain, 2},
      {"silence is no answer", 300, Status::Timeout, 2},
      {"a refusal is none", 300, Status::Refused, 2},
      {"a listing holds too", 300, Status::Ok, 1},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    Sweep sweep({generic("a.example"), generic("b.example")});
    auto answer = c.status == Status::Ok ? fake::addresses({"127.0.0.2"}) : fake::failed(c.status);
    answer.negative_ttl = c.ttl;
    sweep.resolver.on("7.2.0.192.a.example", Type::A, answer);
    Check check(sweep.resolver, sweep.zones, sweep.options);
    int given = 0;
    bool ended = false;
    check.start(
        [&](Target& target) {
          if (given == 2) return Check::Next::End;
          if (given == 1 && sweep.order.empty()) return Check::Next::NotYet;
          ++given;
          target = parse_target("192.0.2.7").value()[0];
          return Check::Next::Target;
        },
        [&](const Target& target, const std::vector<Listing>&) {
          sweep.order.push_back(target.text);
        },
        [&](const CheckEnd&) { ended = true; });
    sweep.resolver.run();
    CHECK(sweep.order.size() == 1);
    CHECK(!ended);
    sweep.clock += std::chrono::seconds(10);
    check.more();
    sweep.resolver.run();
    CHECK(sweep.order.size() == 2);
    CHECK(ended);
    CHECK(sweep.resolver.count("7.2.0.192.a.example", Type::A) == c.want);
    CHECK(check.counts()[0].from_cache >= 2 - c.want);
  }
}

TEST_CASE("what is known already is not asked") {
  Sweep sweep({generic("a.example"), generic("b.example")});
  sweep.options.known = [](Listing& listing) {
    if (listing.zone->zone == "b.example" || listing.target.text > "192.0.2.3") return false;
    listing.verdict = {Outcome::Listed, {"127.0.0.9"}, "from before"};
    return true;
  };
  sweep.go("192.0.2.0/29");
  CHECK(sweep.order.size() == 8);
  CHECK(sweep.listings[0].verdict.meaning == "from before");
  CHECK(sweep.rows("a.example", Outcome::Listed) == 4);
  CHECK(sweep.asked_of("a.example") == 4);
  CHECK(sweep.asked_of("b.example") == 8);
  CHECK(sweep.counts[0].known == 4);
}

TEST_CASE("a list's quota for the day is kept") {
  Sweep sweep({generic("a.example"), generic("b.example")});
  sweep.zones[0].zone.limits = "100 queries a day";
  sweep.go("192.0.2.0/24");
  CHECK(sweep.asked_of("a.example") == 100);
  CHECK(sweep.rows("a.example", Outcome::NotListed) == 100);
  CHECK(sweep.rows("a.example", Outcome::Refused) == 156);
  CHECK(sweep.rows("b.example", Outcome::NotListed) == 256);
  CHECK(sweep.told(NoticeKind::QuotaSpent) == 1);
}

TEST_CASE("for a person words and test point are asked with the question") {
  for (const bool eager : {false, true}) {
    CAPTURE(eager);
    Sweep sweep({generic("a.example")});
    sweep.options.eager = eager;
    std::size_t first_batch = 0;
    sweep.resolver.on("7.2.0.192.a.example", Type::A, fake::addresses({"127.0.0.2"}));
    sweep.resolver.on("7.2.0.192.a.example", Type::Txt, fake::addresses({"why"}));
    sweep.on_round = [&] { first_batch = std::max(first_batch, sweep.resolver.asked.size()); };
    sweep.go("192.0.2.7");
    CHECK(first_batch == (eager ? 3 : 1));
    CHECK(sweep.resolver.asked[0].second == Type::A);
    CHECK(sweep.resolver.asked.size() == 3);
    CHECK(sweep.listings[0].verdict.outcome == Outcome::Listed);
    CHECK(sweep.listings[0].text == "why");
  }
}

TEST_CASE("without a timer nothing is set aside and no pace is kept") {
  Sweep sweep({generic("a.example"), generic("b.example")});
  sweep.options.wake_after = nullptr;
  sweep.zones[0].zone.limits = "one query per 100 ms";
  sweep.resolver.say = [](const std::string& name, Type) {
    return fake::failed(ends_with(name, "b.example") ? Status::Timeout : Status::NxDomain);
  };
  sweep.go("192.0.2.0/24");
  CHECK(sweep.asked_of("b.example") == 256);
  CHECK(sweep.rows("a.example", Outcome::NotListed) == 256);
  CHECK(sweep.notices.empty());
}

}  // namespace sweep_test
