#include "dnsbl/zone_limits.h"

#include <doctest/doctest.h>

#include "dnsbl/zones.h"

using namespace hagaki;
using namespace hagaki::dnsbl;
using std::chrono::milliseconds;

namespace zone_limits_test {

constexpr milliseconds kDay{86'400'000};

TEST_CASE("what a row says about how much may be asked") {
  struct Case {
    const char* text;
    std::optional<Allowance> rate;
    std::optional<Allowance> quota;
  };
  const Case cases[] = {
      {"", {}, {}},
      {"300000 queries a day", {}, Allowance{300'000, kDay}},
      {"100000 queries a day or 5 queries a second sustained before asking",
       Allowance{5, milliseconds(1000)}, Allowance{100'000, kDay}},
      {"100000 lookups in 24 hours, non-commercial", {}, Allowance{100'000, kDay}},
      {"one query per 100 ms per address block", Allowance{1, milliseconds(100)}, {}},
      {"10 queries per second", Allowance{10, milliseconds(1000)}, {}},
      {"60 queries a minute", Allowance{60, milliseconds(60'000)}, {}},
      {"100000 queries a day and 100000 messages a day", {}, Allowance{100'000, kDay}},
      {"low volume only; heavy users need the data feed", {}, {}},
      {"organisations under 1000 users or under 250000 messages a day", {}, {}},
      {"0 queries a second", {}, {}},
      {"5 queries a", {}, {}},
      {"5 queries per 100", {}, {}},
      {"5 queries per 0 ms", {}, {}},
      {"99999999999999999999999 queries a day", {}, {}},
      {"5 queries per 99999999999999999999 ms", {}, {}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    const auto got = parse_limits(c.text);
    CHECK(got.rate == c.rate);
    CHECK(got.quota == c.quota);
  }
}

TEST_CASE("what the table says of queries is understood") {
  const auto table = ZoneTable::builtin().value();
  std::size_t understood = 0;
  for (const auto& zone : table.zones()) {
    CAPTURE(zone.zone);
    CAPTURE(zone.limits);
    const bool numbers = zone.limits.find(" quer") != std::string::npos ||
                         zone.limits.find(" lookups") != std::string::npos;
    const auto limits = parse_limits(zone.limits);
    CHECK(numbers == (limits.rate || limits.quota));
    understood += limits.rate ? 1 : 0;
  }
  CHECK(understood > 0);
}

TEST_CASE("a pace") {
  Pace pace(Allowance{5, milliseconds(1000)});
  Timestamp at{milliseconds(0)};
  for (int i = 0; i < 5; ++i) {
    CHECK(pace.wait(at).count() == 0);
    pace.take();
  }
  CHECK(pace.wait(at).count() == 200);
  CHECK(pace.wait(at + milliseconds(150)).count() == 50);
  CHECK(pace.wait(at + milliseconds(200)).count() == 0);
  pace.take();
  CHECK(pace.wait(at + milliseconds(10'000)).count() == 0);

  Pace free;
  free.take();
  CHECK(free.wait(at).count() == 0);
  Pace one(Allowance{100, milliseconds(1000)}, 1);
  CHECK(one.wait(at).count() == 0);
  one.take();
  CHECK(one.wait(at).count() == 10);
}

}  // namespace zone_limits_test
