#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dnsbl/check.h"
#include "dnsbl/zone_tests.h"
#include "fake_resolver.h"

using namespace hagaki;
using namespace hagaki::dnsbl;
using dns::Status;
using dns::Type;
using std::chrono::milliseconds;

namespace sweep_test {
namespace {

/// Answers by a function of the question, which may change its mind.
class Lists : public fake::Resolver {
 public:
  std::function<dns::Answer(const std::string&, Type)> say;

 protected:
  [[nodiscard]] dns::Answer answer(const std::string& name, Type type) const override {
    return say ? say(name, type) : Resolver::answer(name, type);
  }
};

AskedZone generic(const char* name) {
  return {generic_zone(name), ""};
}

bool ends_with(const std::string& name, const std::string& zone) {
  return name.size() > zone.size() && name.substr(name.size() - zone.size()) == zone;
}

/// A check over targets that come one by one, with a clock and a timer that are told.
struct Sweep {
  explicit Sweep(std::vector<AskedZone> asked) : zones(std::move(asked)) {
    options.now = [this] { return clock; };
    options.wake_after = [this](milliseconds wait, std::function<void()> task) {
      due = clock + wait;
      wake = std::move(task);
    };
    options.on_notice = [this](const ZoneNotice& notice) { notices.push_back(notice); };
  }

  /// Runs to the end. Each round answers what is open and takes 10 ms.
  void go(const std::string& spec) {
    auto range = TargetRange::parse(spec).value();
    check.emplace(resolver, zones, options);
    check->start(
        [this, range](Target& target) mutable {
          if (range.size() == 0) return Check::Next::End;
          target = range.next();
          most_begun = std::max(most_begun, ++begun - order.size());
          return Check::Next::Target;
        },
        [this](const Target& target, std::vector<Listing> rows) {
          order.push_back(target.text);
          for (auto& row : rows) listings.push_back(std::move(row));
        },
        [this](const CheckEnd& how) { end = how; });
    for (int round = 0; !end && round < 2'000'000; ++round) {
      if (on_round) on_round();
      resolver.run();
      if (end) break;
      clock = wake ? std::max(due, clock) : clock + milliseconds(10);
      if (auto task = std::exchange(wake, nullptr)) task();
    }
    REQUIRE(end);
    counts = check->counts();
  }

  [[nodiscard]] std::size_t rows(const char* zone, Outcome outcome) const {
    std::size_t out = 0;
    for (const auto& row : listings) {
      out += row.zone->zone == zone && row.verdict.outcome == outcome ? 1 : 0;
    }
    return out;
  }
  [[nodiscard]] std::size_t asked_of(const std::string& zone) const {
    std::size_t out = 0;
    for (const auto& [name, type] : resolver.asked) out += ends_with(name, zone) ? 1 : 0;
    return out;
  }
  [[nodiscard]] std::size_t told(NoticeKind kind) const {
    std::size_t out = 0;
    for (const auto& notice : notices) out += notice.kind == kind ? 1 : 0;
    return out;
  }

  std::vector<AskedZone> zones;
  Lists resolver;
  CheckOptions options;
  Timestamp clock{milliseconds(1'000'000)};
  Timestamp due;
  std::function<void()> wake;
  std::function<void()> on_round;
  std::optional<Check> check;
  std::size_t begun = 0;
  std::size_t most_begun = 0;
  std::vector<std::string> order;
  std::vector<Listing> listings;
  std::vector<ZoneNotice> notices;
  std::vector<ZoneCount> counts;
  std::optional<CheckEnd> end;
};

}  // namespace

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

TEST_CASE("a test that is due while the first is open comes after it") {
  Sweep sweep({generic("a.example")});
  sweep.options.recheck_listings = 16;
  // All sixteen are listed before the answer about the usual test point.
  sweep.options.zone_in_flight = 20;
  sweep.resolver.otherwise = fake::addresses({"127.0.0.2"});
  sweep.resolver.on("1.0.0.127.a.example", Type::A, Status::NxDomain);
  sweep.go("10.0.0.0/27");
  CHECK(sweep.told(NoticeKind::Disqualified) == 1);
  CHECK(sweep.listings.back().verdict.outcome == Outcome::Error);
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
