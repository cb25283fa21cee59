#include "base/time_zone.h"

namespace hagaki {

LocalTime to_local(const TimeZone& zone, Timestamp t) {
  return LocalTime((t + zone.utc_offset(t)).time_since_epoch());
}

Timestamp up_to_change(const TimeZone& zone, Timestamp t, std::chrono::milliseconds ahead) {
  const auto offset = zone.utc_offset(t);
  Timestamp late = t + ahead;
  if (zone.utc_offset(late) == offset) return late;
  Timestamp early = t;
  while (late - early > std::chrono::milliseconds(1)) {
    const auto middle = early + (late - early) / 2;
    (zone.utc_offset(middle) == offset ? early : late) = middle;
  }
  return late;
}

}  // namespace hagaki
