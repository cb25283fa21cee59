#include "harvest/consent.h"

#include <doctest/doctest.h>

namespace hagaki::harvest {

TEST_CASE("--consent") {
  const auto full = parse_consent(
      "basis=opt-in, evidence=form of 2024, page 3,at=2024-04-01,expires_at=2027/4/1");
  REQUIRE(full);
  CHECK(full->basis == "opt-in");
  CHECK(full->evidence == "form of 2024, page 3");
  REQUIRE(full->at);
  CHECK(format_rfc3339(*full->at) == "2024-04-01T00:00:00.000Z");
  REQUIRE(full->expires_at);
  CHECK(format_rfc3339(*full->expires_at) == "2027-04-01T00:00:00.000Z");

  const auto part = parse_consent("basis=customer");
  REQUIRE(part);
  CHECK(part->evidence.empty());
  CHECK_FALSE(part->at);

  for (const char* wrong : {"", "opt-in", "basis=", "basis=a,at=soon", "grounds=a", "basis"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_consent(wrong));
  }
}

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

}  // namespace hagaki::harvest
