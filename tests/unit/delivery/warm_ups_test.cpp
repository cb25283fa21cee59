#include "delivery/warm_ups.h"

#include <doctest/doctest.h>

#include "temp_folder.h"

namespace warm_ups_test {

using namespace hagaki;
using namespace hagaki::delivery;
using namespace std::chrono_literals;

namespace {

WarmUps open(const TempFolder& folder, std::chrono::minutes east = 0min) {
  const auto table = rules::parse_warm_up_table("\"192.0.2.1\" = \"2026-11-22: 3,0,200\"", "t");
  auto opened =
      WarmUps::open(table.value(), folder.file("limits"), std::make_shared<FixedZone>(east));
  REQUIRE(opened);
  return std::move(*opened);
}

store::Allowance::Place last;  // of a message that may go

/// How many of `want` messages may go.
int sent(WarmUps& warm_ups, Timestamp now, int want) {
  int count = 0;
  for (; want > 0; --want) {
    const auto wait = warm_ups.take("192.0.2.1", now, last);
    REQUIRE(wait);
    if (*wait == 0ms) ++count;
  }
  return count;
}

const Timestamp kNoon = *parse_rfc3339("2026-11-22T12:00:00Z");

}  // namespace

TEST_CASE("an address sends what its day allows, over all runs") {
  const TempFolder folder;
  {
    auto warm_ups = open(folder);
    CHECK(warm_ups.has("192.0.2.1"));
    CHECK(!warm_ups.has("192.0.2.2"));
    CHECK(warm_ups.take("192.0.2.2", kNoon, last).value() == 0ms);
    CHECK(sent(warm_ups, kNoon - 24h, 5) == 0);
    CHECK(sent(warm_ups, kNoon, 2) == 2);
  }
  auto warm_ups = open(folder);
  CHECK(sent(warm_ups, kNoon + 1h, 5) == 1);
  CHECK(warm_ups.take("192.0.2.1", kNoon + 1h, last).value() == 11h);
  warm_ups.put_back("192.0.2.1", last);
  CHECK(sent(warm_ups, kNoon + 2h, 5) == 1);
  // A pause, a day with more, and the end of the schedule.
  CHECK(sent(warm_ups, kNoon + 24h, 5) == 0);
  CHECK(warm_ups.take("192.0.2.1", kNoon + 24h, last).value() == 12h);
  CHECK(sent(warm_ups, kNoon + 48h, 300) == 200);
  CHECK(sent(warm_ups, kNoon + 72h, 300) == 300);
}

TEST_CASE("days begin where we are") {
  const TempFolder folder;
  auto warm_ups = open(folder, 9h);
  CHECK(sent(warm_ups, *parse_rfc3339("2026-11-21T14:59:00Z"), 5) == 0);
  CHECK(sent(warm_ups, *parse_rfc3339("2026-11-21T15:00:00Z"), 5) == 3);
}

}  // namespace warm_ups_test
