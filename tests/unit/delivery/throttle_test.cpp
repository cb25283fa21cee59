#include "delivery/throttle.h"

#include <doctest/doctest.h>

#include "temp_folder.h"

namespace throttle_test {

using namespace hagaki;
using namespace hagaki::delivery;
using std::chrono::hours;
using std::chrono::milliseconds;

namespace {

constexpr const char* kLimits = R"([default]
connections = 3
messages_per_connection = 0
[provider.google]
connections = 9
messages_per_connection = 30
rates = ["1000/day"]
[mx."example.net"]
rates = ["10/second"]
[relay.main]
rates = ["100/day"]
)";

const Timestamp kNoon = parse_rfc3339("2026-11-22T12:00:00Z").value();

struct Run {
  explicit Run(const TempFolder& folder, const char* text = kLimits) {
    Limiting limiting;
    limiting.limits = rules::ProviderLimits::parse(text, "limits.toml").value();
    limiting.quota_file = folder.file("limits");
    auto opened = Throttles::open(std::move(limiting));
    REQUIRE(opened);
    throttles = std::make_unique<Throttles>(std::move(*opened));
  }
  std::unique_ptr<Throttles> throttles;
};

Throttle::Moment moment(milliseconds since_noon) {
  return {milliseconds(5000) + since_noon, kNoon + since_noon};
}

/// Whether a message goes, which is sent then.
bool goes(std::initializer_list<Throttle*> all, milliseconds since_noon) {
  Throttle::Places places;
  const bool may = !Throttle::take(all, moment(since_noon), places).value().by;
  (void)Throttle::spend(places);
  return may;
}

}  // namespace

TEST_CASE("receivers share the throttle of their table, others have their own") {
  const TempFolder folder;
  Run run(folder);
  auto& all = *run.throttles;
  const auto a = all.of_receiver("example.org", "", {{"mx.example.net", 10}}, "example.org");
  const auto b = all.of_receiver("example.com", "", {{"mx2.example.net", 10}}, "example.com");
  CHECK(a == b);
  CHECK(a->name() == "mx.example.net");
  CHECK(a->sessions(50) == 3);
  const auto c = all.of_receiver("google", "google", {}, "gmail.com");
  CHECK(c->sessions(50) == 9);
  CHECK(c->messages_per_connection() == 30);
  const auto d = all.of_receiver("example.org", "", {}, "example.org");
  const auto e = all.of_receiver("example.com", "", {}, "example.com");
  CHECK(d != e);
  CHECK(d->name() == "receiver.example.org");
  CHECK(d->messages_per_connection() == 0);
  CHECK(all.of_receiver("example.org", "", {}, "example.org") == d);
  CHECK_FALSE(all.of_relay("other"));
  const auto main = all.of_relay("main");
  REQUIRE(main);
  CHECK(main->sessions(50) == 50);
}

TEST_CASE("a message goes when all that limits it let it") {
  const TempFolder folder;
  Run run(folder);
  const auto receiver =
      run.throttles->of_receiver("example.org", "", {{"mx.example.net", 10}}, "example.org");
  const auto relay = run.throttles->of_relay("main");
  int sent = 0;
  milliseconds now{0};
  for (;;) {
    Throttle::Places places;
    const auto answer = Throttle::take({receiver.get(), relay.get()}, moment(now), places);
    REQUIRE(answer);
    CHECK(places.size() == (answer->by ? 0 : 1));
    if (!answer->by) {
      ++sent;
      Throttle::spend(places);
      continue;
    }
    if (answer->wait > hours(1)) {
      CHECK(answer->by == relay.get());
      CHECK(now + answer->wait == hours(12));
      CHECK(relay->opens() == moment(hours(12)).loop);
      break;
    }
    CHECK(answer->by == receiver.get());
    CHECK(answer->wait.count() <= 100);
    now += answer->wait;
  }
  CHECK(sent == 100);
  CHECK(now >= milliseconds(9'800));

  // The receiver alone, and another relay, go on; the relay does tomorrow.
  now += milliseconds(100);
  CHECK(goes({receiver.get()}, now));
  Throttle::Places places;
  CHECK(!Throttle::take({relay.get()}, moment(hours(12)), places).value().by);
  Throttle::put_back(places);
  REQUIRE(relay->release());
  Run next(folder);
  const auto tomorrow = next.throttles->of_relay("main");
  for (int i = 0; i < 100; ++i) CHECK(goes({tomorrow.get()}, hours(12)));
  CHECK(Throttle::take({tomorrow.get()}, moment(hours(12)), places).value().wait == hours(24));
}

TEST_CASE("what one refuses the others do not count") {
  const TempFolder folder;
  Run run(folder, "[relay.a]\nrates = [\"5/day\"]\n[relay.b]\nrates = [\"3/day\"]\n");
  const auto a = run.throttles->of_relay("a");
  const auto b = run.throttles->of_relay("b");
  for (int i = 0; i < 6; ++i) CHECK(goes({a.get(), b.get()}, {}) == (i < 3));
  for (int i = 0; i < 3; ++i) CHECK(goes({a.get()}, {}) == (i < 2));
}

TEST_CASE("a relay's rate is not used up by those whose receiver lets them wait") {
  const TempFolder folder;
  Run run(folder,
          "[relay.main]\nrates = [\"6/5s\"]\n[domain.\"example.org\"]\nrates = [\"1/s\"]\n");
  const auto relay = run.throttles->of_relay("main");
  const auto receiver = run.throttles->of_receiver("example.org", "", {}, "example.org");
  int sent = 0;
  for (milliseconds now{0}; now < milliseconds(60'000); now += milliseconds(10)) {
    sent += goes({relay.get(), receiver.get()}, now) ? 1 : 0;
  }
  CHECK(sent >= 60);
  CHECK(sent <= 62);
}

TEST_CASE("a place that comes back is free for who was turned away") {
  const TempFolder folder;
  Run run(folder, "[relay.main]\nrates = [\"10/day\"]\n");
  const auto relay = run.throttles->of_relay("main");
  std::vector<Throttle::Places> all(10);
  for (auto& places : all) CHECK(!Throttle::take({relay.get()}, moment({}), places).value().by);
  CHECK_FALSE(goes({relay.get()}, {}));
  CHECK(relay->opens() == moment(hours(12)).loop);
  CHECK(Throttle::put_back(all[0]));
  CHECK(all[0].empty());
  CHECK(relay->opens() <= moment({}).loop);
  CHECK(goes({relay.get()}, {}));
  CHECK_FALSE(goes({relay.get()}, {}));
  // Sent is sent.
  (void)Throttle::spend(all[1]);
  CHECK(relay->opens() == moment(hours(12)).loop);
  CHECK_FALSE(goes({relay.get()}, {}));

  // Another process gives one back: that is seen soon enough.
  Run other(folder, "[relay.main]\nrates = [\"10/day\"]\n");
  CHECK(Throttle::put_back(all[2]));
  REQUIRE(relay->release());
  const auto elsewhere = other.throttles->of_relay("main");
  CHECK(goes({elsewhere.get()}, {}));
  CHECK_FALSE(goes({elsewhere.get()}, {}));
  Throttle::put_back(all[3]);
  REQUIRE(relay->release());
  CHECK_FALSE(goes({elsewhere.get()}, milliseconds(1'000)));
  CHECK(goes({elsewhere.get()}, milliseconds(60'000)));
}

TEST_CASE("few of a quota are under way at once") {
  struct Case {
    const char* limits;
    int want;
  };
  const Case cases[] = {
      {"[relay.main]\nrates = [\"100/day\"]\n", 20},
      {"[relay.main]\nrates = [\"5000/day\"]\n", 50},
      {"[relay.main]\nrates = [\"1000000/day\", \"100000/hour\"]\n", 100},
  };
  for (const auto& c : cases) {
    CAPTURE(c.limits);
    const TempFolder folder;
    Run run(folder, c.limits);
    const auto relay = run.throttles->of_relay("main");
    Throttle::Places places;
    Throttle::Answer answer;
    int taken = -1;
    while (!answer.by) {
      answer = Throttle::take({relay.get()}, moment({}), places).value();
      ++taken;
    }
    CHECK(taken == c.want);
    CHECK(relay->opens() <= moment({}).loop);
    Throttle::Places one{places.back()};
    places.pop_back();
    CHECK(Throttle::spend(one));
    CHECK_FALSE(Throttle::take({relay.get()}, moment({}), places).value().by);
  }
}

TEST_CASE("the window, and what is forgotten") {
  const TempFolder folder;
  Limiting limiting;
  limiting.window =
      rules::SendWindow::parse("13:00-14:00", [](std::string_view) {
        return Result<std::shared_ptr<const TimeZone>>(std::make_shared<const FixedZone>());
      }).value();
  limiting.limits =
      rules::ProviderLimits::parse("[mx.\"example.net\"]\nrates = [\"1/10s\"]\n", "limits.toml")
          .value();
  limiting.quota_file = folder.file("none/limits");
  // Without quotas no file is needed.
  auto throttles = Throttles::open(std::move(limiting));
  REQUIRE(throttles);
  CHECK(throttles->shut(kNoon) == hours(1));
  CHECK(throttles->shut(kNoon + hours(1)).count() == 0);

  const auto known = [&] {
    return throttles->of_receiver("example.org", "", {{"mx.example.net", 10}}, "example.org");
  };
  auto held = known();
  const std::weak_ptr<Throttle> seen = held;
  throttles->tidy(milliseconds(0));
  CHECK(known() == held);
  CHECK(goes({held.get()}, {}));
  held.reset();
  throttles->tidy(moment({}).loop);
  CHECK_FALSE(seen.expired());
  throttles->tidy(moment(milliseconds(10'000)).loop);
  CHECK(seen.expired());
}

TEST_CASE("quotas without a file to count in") {
  Limiting limiting;
  limiting.limits = rules::ProviderLimits::parse(kLimits, "limits.toml").value();
  limiting.quota_file = "/nowhere/limits";
  const auto throttles = Throttles::open(std::move(limiting));
  REQUIRE(!throttles);
  CHECK(throttles.error().code == ErrorCode::Io);
}

}  // namespace throttle_test
