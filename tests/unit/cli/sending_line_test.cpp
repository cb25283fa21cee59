#include "cli/sending_line.h"

#include <doctest/doctest.h>

#include <string>

namespace {

using namespace hagaki::cli;
using std::chrono::milliseconds;

TEST_CASE("how far a campaign is, in a line") {
  struct Case {
    const char* name;
    SendingFigures figures;
    const char* want;
  };
  const Case cases[] = {
      {"at the beginning", {}, "0/?, 0.0/s: 0 delivered"},
      {"the list goes on",
       {.done = 12000, .total = {}, .per_second = 345.4, .delivered = 11700, .failed = 200},
       "12000/?, 345/s: 11700 delivered, 200 failed"},
      {"its end is known",
       {.done = 12000,
        .total = 50000,
        .per_second = 345.4,
        .delivered = 11700,
        .failed = 200,
        .held = 10,
        .uncertain = 1,
        .deferrals = 90},
       "12000/50000, 345/s, 1 min 51 s left: 11700 delivered, 200 failed, 10 held, 1 uncertain, 90 "
       "deferrals"},
      {"slow",
       {.done = 3, .total = 4, .per_second = 0.05, .delivered = 3, .deferrals = 1},
       "3/4, 0.1/s, 20 s left: 3 delivered, 1 deferral"},
      {"some wait",
       {.done = 3, .total = 900, .delivered = 3, .slowest = {{"docomo", 600}, {"apple", 20, true}}},
       "3/900, 0.0/s: 3 delivered; waiting: 600 for docomo, 20 for apple (held)"},
      {"nothing goes out", {.done = 3, .total = 4, .delivered = 3}, "3/4, 0.0/s: 3 delivered"},
      {"all is done",
       {.done = 4, .total = 4, .per_second = 1, .delivered = 4},
       "4/4, 1.0/s: 4 delivered"},
      {"as good as nothing goes out",
       {.done = 0, .total = 4'000'000'000, .per_second = 1e-9},
       "0/4000000000, 0.0/s, 366 d left: 0 delivered"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(sending_line(c.figures) == c.want);
  }
}

TEST_CASE("a rate is of late, and not of a pause before") {
  RecentRate rate(milliseconds(10'000));
  CHECK(rate.per_second() == 0);
  rate.add(milliseconds(0), 0);
  CHECK(rate.per_second() == 0);
  rate.add(milliseconds(1'000), 50);
  CHECK(rate.per_second() == 50);
  rate.add(milliseconds(100'000), 50);
  rate.add(milliseconds(110'000), 150);
  CHECK(rate.per_second() == 10);
  rate.add(milliseconds(115'000), 250);
  CHECK(rate.per_second() == doctest::Approx(200 / 15.0));
  rate.add(milliseconds(130'000), 250);
  CHECK(rate.per_second() == 0);
}

}  // namespace
