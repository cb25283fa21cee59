#include "rules/rate.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

namespace rate_test {

using namespace hagaki;
using namespace hagaki::rules;
using std::chrono::milliseconds;

TEST_CASE("rates as people write them") {
  struct Case {
    std::string name, input, want;  // format_rate; empty: no rate
  };
  const Case cases[] = {
      {"second", "5/second", "5/second"},
      {"short second", "5/s", "5/second"},
      {"sec", "5/sec", "5/second"},
      {"minute", "300/min", "300/minute"},
      {"m", "300/m", "300/minute"},
      {"several seconds", "20/10s", "20/10 seconds"},
      {"as it is written out", "20/10 seconds", "20/10 seconds"},
      {"a plural", "20/10 Secs", "20/10 seconds"},
      {"hour", "2000/hour", "2000/hour"},
      {"h", "2000/h", "2000/hour"},
      {"sixty minutes are an hour", "2000/60min", "2000/hour"},
      {"half an hour", "9/30 minutes", "9/30 minutes"},
      {"day", "100/day", "100/day"},
      {"twenty-four hours are a day", "100/24h", "100/day"},
      {"blanks", " 5 / second ", "5/second"},
      {"capitals", "5/SECOND", "5/second"},
      {"most", "10000000/s", "10000000/second"},
      {"no messages", "0/second", ""},
      {"no time", "5/0s", ""},
      {"too many", "10000001/second", ""},
      {"huge", "99999999999999999999999/s", ""},
      {"huge time", "5/99999999999999999999s", ""},
      {"a minus", "-5/second", ""},
      {"a fraction", "0.5/second", ""},
      {"no slash", "5 per second", ""},
      {"nothing", "", ""},
      {"slash alone", "/", ""},
      {"no unit", "5/10", ""},
      {"no number", "/second", ""},
      {"a word", "fast/second", ""},
      {"unknown unit", "5/fortnight", ""},
      {"two plurals", "5/ss", ""},
      {"two slashes", "5/10/s", ""},
      {"two hours", "5/2h", ""},
      {"two days", "5/2days", ""},
      {"milliseconds", "5/100ms", ""},
      {"something behind", "5/second please", ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto rate = parse_rate(c.input);
    CHECK((rate ? format_rate(*rate) : "") == c.want);
    if (rate) CHECK(parse_rate(format_rate(*rate)).value() == *rate);
  }
  CHECK(is_quota({5, std::chrono::hours(1)}));
  CHECK(is_quota({5, std::chrono::hours(24)}));
  CHECK_FALSE(is_quota({5, std::chrono::minutes(59)}));
}

TEST_CASE("a rate of a measured number") {
  struct Case {
    double per_second;
    std::string want;
  };
  const Case cases[] = {{1e12, "10000000/second"}, {100.9, "100/second"}, {10, "10/second"},
                        {9.99, "99/10 seconds"},   {1, "10/10 seconds"},  {0.5, "1/2 seconds"},
                        {0.3, "1/3334 ms"},        {1e-300, "1/day"}};
  for (const auto& c : cases) {
    CAPTURE(c.per_second);
    CHECK(format_rate(rate_of(c.per_second)) == c.want);
  }
}

namespace {

/// When messages went, by a sender that always has one, asks when it was told to, and is late by up
/// to `late`.
std::vector<std::int64_t> sent(RateGate& gate, std::int64_t from, std::int64_t until, int late,
                               unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> lateness(0, late);
  std::vector<std::int64_t> times;
  for (auto now = from; now < until;) {
    if (const auto wait = gate.wait(milliseconds(now)); wait.count() > 0) {
      now += wait.count() + lateness(random);
      continue;
    }
    gate.take(milliseconds(now));
    times.push_back(now);
  }
  return times;
}

/// The most that went in any time of length `per`.
std::size_t most_in(const std::vector<std::int64_t>& times, std::int64_t per) {
  std::size_t most = 0, first = 0;
  for (std::size_t i = 0; i < times.size(); ++i) {
    while (times[i] - times[first] >= per) ++first;
    most = std::max(most, i - first + 1);
  }
  return most;
}

}  // namespace

TEST_CASE("a gate keeps its rate in every window, and reaches it in the long run") {
  const Rate rates[] = {
      {1, milliseconds(1000)},    {5, milliseconds(1000)},    {3, milliseconds(1000)},
      {7, milliseconds(1000)},    {300, milliseconds(1000)},  {300, milliseconds(60'000)},
      {20, milliseconds(10'000)}, {333, milliseconds(7'000)}, {2000, milliseconds(1000)}};
  for (const auto& rate : rates) {
    CAPTURE(format_rate(rate));
    for (const int late : {0, 3, 40, 5000}) {
      CAPTURE(late);
      RateGate gate({rate});
      const std::int64_t from = 123'456;
      const auto times = sent(gate, from, from + 60 * rate.per.count(), late, 7);
      CHECK(most_in(times, rate.per.count()) <= rate.count + RateGate::burst(rate));
      // What timers are late by is made good as long as it is below the slack.
      if (late < RateGate::kSlack.count()) {
        CHECK(times.size() >= 60 * rate.count - rate.count / 10);
        CHECK(times.size() <= 60 * rate.count + RateGate::burst(rate));
      }
    }
  }
}

TEST_CASE("messages are spread evenly") {
  RateGate gate({{5, milliseconds(1000)}});
  const auto times = sent(gate, 0, 10'000, 0, 1);
  for (std::size_t i = 1; i < times.size(); ++i) {
    const auto gap = times[i] - times[i - 1];
    CAPTURE(i);
    CHECK(gap >= 150);
    CHECK(gap <= 200);
  }
  // An idle hour saves up nothing.
  CHECK(gate.wait(milliseconds(3'600'000)).count() == 0);
  gate.take(milliseconds(3'600'000));
  CHECK(gate.wait(milliseconds(3'600'000)).count() == 150);
}

TEST_CASE("several rates hold together") {
  RateGate gate({{10, milliseconds(1000)}, {120, milliseconds(60'000)}});
  const auto times = sent(gate, 0, 600'000, 5, 3);
  CHECK(most_in(times, 1000) <= 11);
  CHECK(most_in(times, 60'000) <= 121);
  CHECK(times.size() >= 1195);
  CHECK(gate.rates().size() == 2);
}

TEST_CASE("a gate without rates lets everything go") {
  RateGate gate;
  for (int i = 0; i < 1000; ++i) {
    CHECK(gate.wait(milliseconds(5)).count() == 0);
    gate.take(milliseconds(5));
  }
}

TEST_CASE("a factor slows down at once, and lets go at once") {
  RateGate gate({{10, milliseconds(1000)}});
  gate.set_factor(0.25);
  CHECK(gate.factor() == 0.25);
  CHECK(sent(gate, 0, 60'000, 0, 1).size() == doctest::Approx(150).epsilon(0.01));
  gate.set_factor(0.001);
  CHECK(gate.wait(milliseconds(60'000)) > milliseconds(90'000));
  gate.set_factor(1);
  CHECK(gate.wait(milliseconds(60'000)) <= milliseconds(100));
  CHECK(sent(gate, 60'000, 120'000, 0, 1).size() == doctest::Approx(600).epsilon(0.01));
}

TEST_CASE("a limit besides the configured rates") {
  RateGate gate;
  gate.limit_to({2, milliseconds(1000)});
  CHECK(gate.limit() == Rate{2, milliseconds(1000)});
  CHECK(sent(gate, 0, 60'000, 0, 1).size() == doctest::Approx(120).epsilon(0.02));
  // A new limit goes on from the last message, and the factor is for configured rates alone.
  gate.limit_to({1, milliseconds(10'000)});
  gate.set_factor(0.1);
  CHECK(gate.wait(milliseconds(60'000)) > milliseconds(9'000));
  CHECK(gate.wait(milliseconds(60'000)) <= milliseconds(10'000));
  gate.clear_limit();
  CHECK(gate.wait(milliseconds(60'000)).count() == 0);
  CHECK_FALSE(gate.limit());
}

TEST_CASE("taking early puts off those behind") {
  RateGate gate({{1, milliseconds(1000)}});
  for (int i = 0; i < 3; ++i) gate.take(milliseconds(0));
  CHECK(gate.wait(milliseconds(0)) == milliseconds(3000) - RateGate::kSlack);
}

}  // namespace rate_test
