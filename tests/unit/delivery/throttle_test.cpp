#include "delivery/throttle.h"

#include <doctest/doctest.h>

#include "temp_folder.h"

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
    const auto wait = Throttle::take({receiver.get(), relay.get()}, moment(now));
    REQUIRE(wait);
    if (wait->count() == 0) {
      ++sent;
      continue;
    }
    if (*wait > hours(1)) {
      CHECK(now + *wait == hours(12));
      break;
    }
    CHECK(wait->count() <= 100);
    now += *wait;
  }
  CHECK(sent == 100);
  CHECK(now >= milliseconds(9'800));

  // The receiver alone, and another relay, go on; the relay does tomorrow.
  now += milliseconds(100);
  CHECK(Throttle::take({receiver.get()}, moment(now)).value().count() == 0);
  CHECK(Throttle::take({relay.get()}, moment(hours(12))).value().count() == 0);
  relay->put_back();
  REQUIRE(relay->release());
  Run next(folder);
  const auto tomorrow = next.throttles->of_relay("main");
  for (int i = 0; i < 100; ++i) {
    CHECK(Throttle::take({tomorrow.get()}, moment(hours(12))).value().count() == 0);
  }
  CHECK(Throttle::take({tomorrow.get()}, moment(hours(12))).value() == hours(24));
}

TEST_CASE("what one refuses the others do not count") {
  const TempFolder folder;
  Run run(folder, "[relay.a]\nrates = [\"5/day\"]\n[relay.b]\nrates = [\"3/day\"]\n");
  const auto a = run.throttles->of_relay("a");
  const auto b = run.throttles->of_relay("b");
  for (int i = 0; i < 6; ++i) {
    const auto wait = Throttle::take({a.get(), b.get()}, moment({})).value();
    CHECK((wait.count() == 0) == (i < 3));
  }
  for (int i = 0; i < 3; ++i) {
    CHECK((Throttle::take({a.get()}, moment({})).value().count() == 0) == (i < 2));
  }
}

TEST_CASE("the pace that a receiver asks for") {
  const TempFolder folder;
  Run run(folder);
  const auto plain = run.throttles->of_receiver("example.org", "", {}, "example.org");
  const auto limited =
      run.throttles->of_receiver("example.com", "", {{"mx.example.net", 10}}, "example.com");
  const auto sent = [](Throttle& throttle, milliseconds from) {
    int count = 0;
    for (auto now = from; now < from + milliseconds(10'000) && count < 10'000;) {
      const auto wait = Throttle::take({&throttle}, moment(now)).value();
      count += wait.count() == 0 ? 1 : 0;
      now += wait;
    }
    return count;
  };
  CHECK(sent(*plain, milliseconds(0)) == 10'000);
  CHECK(sent(*limited, milliseconds(0)) == doctest::Approx(100).epsilon(0.02));
  const rules::Pace slow{0.25, 4, 1, {}};
  plain->follow(slow);
  limited->follow(slow);
  CHECK(sent(*plain, milliseconds(20'000)) == doctest::Approx(40).epsilon(0.05));
  CHECK(sent(*limited, milliseconds(20'000)) == doctest::Approx(25).epsilon(0.05));
  plain->follow({});
  limited->follow({});
  CHECK(sent(*plain, milliseconds(40'000)) == 10'000);
  CHECK(sent(*limited, milliseconds(40'000)) == doctest::Approx(100).epsilon(0.02));
}

TEST_CASE("the window, and what is forgotten") {
  const TempFolder folder;
  Limiting limiting;
  limiting.window =
      rules::SendWindow::parse("13:00-14:00", [](std::string_view) {
        return Result<std::shared_ptr<const TimeZone>>(std::make_shared<const FixedZone>());
      }).value();
  limiting.quota_file = folder.file("none/limits");
  // Without quotas no file is needed.
  auto throttles = Throttles::open(std::move(limiting));
  REQUIRE(throttles);
  CHECK(throttles->shut(kNoon) == hours(1));
  CHECK(throttles->shut(kNoon + hours(1)).count() == 0);

  auto held = throttles->of_receiver("example.org", "", {}, "example.org");
  const std::weak_ptr<Throttle> seen = held;
  throttles->tidy(milliseconds(0));
  CHECK(throttles->of_receiver("example.org", "", {}, "example.org") == held);
  held->follow({0.5, 0.1, 1, {}});
  CHECK(Throttle::take({held.get()}, moment({})).value().count() == 0);
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
