#include "net/query_rate.h"

#include <doctest/doctest.h>

namespace hagaki::net {

using std::chrono::milliseconds;

TEST_CASE("a rate of questions") {
  struct Case {
    const char* name;
    double rate;
    int seconds;
    int charge;  ///< counted at the beginning, for what went unasked
    int want;
  };
  const Case cases[] = {
      {"one a second", 1, 10, 0, 11},
      {"a hundred: a twentieth at once", 100, 10, 0, 1005},
      {"what went beside it is taken off", 100, 10, 200, 805},
      {"many", 100'000, 2, 0, 205'000},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    QueryRate rate(c.rate);
    int taken = 0;
    for (int ms = 0; ms <= c.seconds * 1000; ++ms) {
      while (rate.take(milliseconds(ms))) ++taken;
      if (ms == 0) rate.charge(c.charge);
    }
    CHECK(taken >= c.want - 1);
    CHECK(taken <= c.want);
  }
}

TEST_CASE("no rate is no limit") {
  QueryRate rate(0);
  for (int i = 0; i < 100'000; ++i) CHECK(rate.take(milliseconds(0)));
}

TEST_CASE("after the wait the next one may go") {
  for (const double per_second : {1.0, 3.0, 7.0, 150.0, 999.0, 12'345.0}) {
    CAPTURE(per_second);
    QueryRate rate(per_second);
    milliseconds at(5);
    for (int i = 0; i < 100; ++i) {
      while (rate.take(at)) {
      }
      at += rate.wait();
      CHECK(rate.take(at));
    }
  }
}

}  // namespace hagaki::net
