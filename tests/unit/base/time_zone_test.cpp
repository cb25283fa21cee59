#include "base/time_zone.h"

#include <doctest/doctest.h>

using namespace hagaki;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

/// Its clocks go from +1 to +2 hours at 10:00 UTC of the first day of 1970.
class OneChange : public TimeZone {
 public:
  [[nodiscard]] std::chrono::seconds utc_offset(Timestamp t) const override {
    return t < Timestamp(hours(10)) ? hours(1) : hours(2);
  }
};

}  // namespace

TEST_CASE("what clocks show") {
  const Timestamp noon(hours(12));
  CHECK(to_local(FixedZone(), noon).time_since_epoch() == hours(12));
  CHECK(to_local(FixedZone(minutes(-210)), noon).time_since_epoch() == minutes(510));
  CHECK(to_local(OneChange(), noon).time_since_epoch() == hours(14));
}

TEST_CASE("time goes on evenly up to a change of clocks") {
  const OneChange zone;
  struct Case {
    const char* name;
    std::chrono::milliseconds from, ahead, want;
  };
  const Case cases[] = {
      {"before it", hours(2), hours(3), hours(5)},
      {"behind it", hours(11), hours(3), hours(14)},
      {"over it", hours(2), hours(20), hours(10)},
      {"just up to it", hours(2), hours(8), hours(10)},
      {"from it", hours(10), hours(8), hours(18)},
      {"from just before it", hours(10) - std::chrono::milliseconds(1), hours(1), hours(10)},
      {"no time", hours(2), hours(0), hours(2)},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(up_to_change(zone, Timestamp(c.from), c.ahead) == Timestamp(c.want));
  }
}
