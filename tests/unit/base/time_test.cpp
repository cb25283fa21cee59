#include "base/time.h"

#include <doctest/doctest.h>

#include <string>

namespace hagaki {

TEST_CASE("durations for people") {
  struct Case {
    std::chrono::milliseconds duration;
    const char* want;
  };
  using namespace std::chrono_literals;
  const Case cases[] = {
      {48h, "2 days"},       {24h, "1 day"},       {36h, "36 hours"},
      {90min, "90 minutes"}, {61s, "61 seconds"},  {1s, "1 second"},
      {0ms, "0 seconds"},    {999ms, "0 seconds"}, {1'500ms, "1 second"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.want);
    CHECK(format_duration(c.duration) == c.want);
  }
}

TEST_CASE("durations") {
  struct Case {
    const char* text;
    int hours;  // 0: none
  };
  const Case cases[] = {
      {"12h", 12},  {"7d", 7 * 24}, {"2w", 14 * 24}, {"1h", 1}, {"3650d", 3650 * 24},
      {"3651d", 0}, {"0d", 0},      {"7", 0},        {"d", 0},  {"-1d", 0},
      {"1.5d", 0},  {"7 d", 0},     {"7m", 0},       {"", 0},   {"week", 0},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    const auto got = parse_duration(c.text);
    CHECK(got.value_or(std::chrono::milliseconds(0)) == std::chrono::hours(c.hours));
  }
}

}  // namespace hagaki
