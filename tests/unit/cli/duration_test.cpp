#include "cli/duration.h"

#include <doctest/doctest.h>

#include <string>

TEST_CASE("a length of time in its two largest units") {
  struct Case {
    std::int64_t seconds;
    const char* want;
  };
  const Case cases[] = {{-5, "0 s"},    {0, "0 s"},          {59, "59 s"},
                        {60, "1 min"},  {61, "1 min 1 s"},   {3599, "59 min 59 s"},
                        {3600, "1 h"},  {3659, "1 h"},       {12000, "3 h 20 min"},
                        {86400, "1 d"}, {100000, "1 d 3 h"}, {86400 * 3 + 59, "3 d"}};
  for (const auto& c : cases) {
    CAPTURE(c.seconds);
    CHECK(hagaki::cli::duration_text(std::chrono::seconds(c.seconds)) == c.want);
  }
}
