#include "base/loose_time.h"

#include <doctest/doctest.h>

namespace hagaki {

TEST_CASE("times as lists write them") {
  struct Case {
    const char* input;
    const char* want;  // empty: none
  };
  const Case cases[] = {
      {"2024-05-01", "2024-05-01T00:00:00.000Z"},
      {"2024/5/1", "2024-05-01T00:00:00.000Z"},
      {"2024.05.01", "2024-05-01T00:00:00.000Z"},
      {"2024年5月1日", "2024-05-01T00:00:00.000Z"},
      {"2024/5/1 9:05", "2024-05-01T09:05:00.000Z"},
      {"2024-05-01 23:59:58", "2024-05-01T23:59:58.000Z"},
      {"2024-05-01T09:00:00+09:00", "2024-05-01T00:00:00.000Z"},
      {"2024-02-30", ""},
      {"2024-13-01", ""},
      {"05/01/2024", ""},
      {"1/5/24", ""},
      {"2024", ""},
      {"yes", ""},
      {"", ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.input);
    const auto time = parse_loose_time(c.input);
    CHECK((time ? format_rfc3339(*time) : "") == c.want);
  }
}

}  // namespace hagaki
