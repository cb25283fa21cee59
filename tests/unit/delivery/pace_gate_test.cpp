#include "delivery/pace_gate.h"

#include <doctest/doctest.h>

#include "delivery/throttle.h"

namespace pace_gate_test {

using namespace hagaki;
using namespace hagaki::delivery;
using std::chrono::milliseconds;

namespace {

/// An address of ours that sends to a receiver as fast as it may.
struct Sender {
  explicit Sender(Throttle& shared) : limits(shared), pace(shared.rates()) {}
  void send(milliseconds now) {
    while (count < 100'000 && pace.ask(now).count() == 0) {
      Throttle::Places places;
      if (Throttle::take({&limits}, {now, Timestamp{}}, places).value().by) return;
      pace.take(now);
      ++count;
      if (++at_once == 10) break;  // as many sessions
    }
    at_once = 0;
  }
  Throttle& limits;
  PaceGate pace;
  int count = 0;
  int at_once = 0;
};

}  // namespace

TEST_CASE("a receiver slows down one of two addresses that share its limits") {
  struct Case {
    const char* name;
    std::vector<rules::Rate> rates;
    rules::Pace slow;
    int want_slow;  ///< in ten seconds
    int want_other;
  };
  const Case cases[] = {
      {"no rates", {}, {0.25, 4, 1}, 40, 100'000},
      {"with rates", {{40, milliseconds(1000)}}, {0.25, 4, 1}, 100, 300},
      {"not at all", {{40, milliseconds(1000)}}, {1, 0, 1}, 200, 200},
      {"not at all, no rates", {}, {1, 4, 1}, 40, 100'000},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    rules::Limits limits;
    limits.rates = c.rates;
    const auto shared = std::make_shared<Throttle>(limits, "receiver", nullptr);
    Sender slowed(*shared);
    Sender other(*shared);
    slowed.pace.follow(c.slow);
    for (milliseconds now{1000}; now < milliseconds(11'000); now += milliseconds(1)) {
      // Neither is always first.
      const bool even = now.count() % 50 < 25;
      (even ? slowed : other).send(now);
      (even ? other : slowed).send(now);
      slowed.pace.follow(c.slow);  // it is said with each answer
    }
    CHECK(slowed.count == doctest::Approx(c.want_slow).epsilon(0.05));
    CHECK(other.count == doctest::Approx(c.want_other).epsilon(0.05));
  }
}

TEST_CASE("a gate tells until when it is shut, and opens with the pace") {
  PaceGate gate;
  const milliseconds now{5000};
  gate.take(now);
  CHECK(gate.ask(now).count() == 0);
  gate.follow({0.5, 0.1, 1});
  CHECK(gate.ask(now).count() == 0);
  CHECK(gate.is_open(now));
  gate.take(now);
  CHECK(gate.ask(now) == milliseconds(9950));
  CHECK(gate.opens() == now + milliseconds(9950));
  CHECK_FALSE(gate.is_open(now));
  CHECK(gate.is_open(now + milliseconds(9950)));
  gate.follow({});
  CHECK(gate.ask(now).count() == 0);
  CHECK(gate.opens() <= now);
}

}  // namespace pace_gate_test
