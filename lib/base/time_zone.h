#pragma once

#include <chrono>

#include "base/time.h"

namespace hagaki {

/// How far the clocks of a place are from UTC. Those with a name are found by store/time_zones.h.
class TimeZone {
 public:
  virtual ~TimeZone() = default;
  /// East of UTC, at that moment.
  [[nodiscard]] virtual std::chrono::seconds utc_offset(Timestamp t) const = 0;
};

/// A zone whose clocks are never changed; UTC by default.
class FixedZone : public TimeZone {
 public:
  explicit FixedZone(std::chrono::minutes east = std::chrono::minutes(0)) : east_(east) {}
  [[nodiscard]] std::chrono::seconds utc_offset(Timestamp) const override { return east_; }

 private:
  std::chrono::seconds east_;
};

/// What clocks show.
using LocalTime = std::chrono::local_time<std::chrono::milliseconds>;

/// What the zone's clocks show at `t`.
LocalTime to_local(const TimeZone& zone, Timestamp t);

/// `t` + `ahead`, or, where the zone's clocks are changed in between, the moment of that change; so
/// that what clocks show goes on evenly up to it. `ahead` is at most a day: of several changes in
/// it that take each other back nothing is seen.
Timestamp up_to_change(const TimeZone& zone, Timestamp t, std::chrono::milliseconds ahead);

}  // namespace hagaki
