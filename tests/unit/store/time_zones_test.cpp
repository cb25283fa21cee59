#include "store/time_zones.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <optional>
#include <string>

namespace time_zones_test {

using namespace hagaki;

TEST_CASE("zones by name") {
  struct Case {
    std::string name;
    std::string time;
    int want;  // minutes east of UTC; -9999: no such zone
  };
  const Case cases[] = {
      {"Asia/Tokyo", "2026-11-22T00:00:00Z", 540},
      {"Asia/Kolkata", "2026-11-22T00:00:00Z", 330},
      {"America/New_York", "2026-07-01T00:00:00Z", -240},
      {"America/New_York", "2026-12-01T00:00:00Z", -300},
      {"Europe/Berlin", "2026-03-29T00:59:59.999Z", 60},
      {"Europe/Berlin", "2026-03-29T01:00:00Z", 120},
      {"Australia/Lord_Howe", "2026-12-01T00:00:00Z", 660},
      {"UTC", "2026-12-01T00:00:00Z", 0},
      {"", "2026-12-01T00:00:00Z", -9999},
      {"Tokyo", "2026-12-01T00:00:00Z", -9999},
      {"asia/tokyo", "2026-12-01T00:00:00Z", -9999},
      {"../zoneinfo/UTC", "2026-12-01T00:00:00Z", -9999},
      {"/etc/localtime", "2026-12-01T00:00:00Z", -9999},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CAPTURE(c.time);
    const auto zone = store::find_time_zone(c.name);
    if (c.want == -9999) {
      REQUIRE(!zone);
      CHECK(zone.error().code == ErrorCode::NotFound);
      continue;
    }
    REQUIRE(zone);
    CHECK((*zone)->utc_offset(*parse_rfc3339(c.time)) == std::chrono::minutes(c.want));
  }
}

TEST_CASE("the zone of the environment") {
  const char* const set = std::getenv("TZ");
  const auto before = set ? std::optional<std::string>(set) : std::nullopt;
  ::setenv("TZ", "XYZ-5:30", 1);
  const auto zone = store::local_time_zone();
  CHECK(zone->utc_offset(*parse_rfc3339("2026-11-22T00:00:00Z")) == std::chrono::minutes(330));
  if (before) {
    ::setenv("TZ", before->c_str(), 1);
  } else {
    ::unsetenv("TZ");
  }
  (void)store::local_time_zone();  // back to the machine's
}

}  // namespace time_zones_test
