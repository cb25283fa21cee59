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

}  // namespace hagaki::harvest
