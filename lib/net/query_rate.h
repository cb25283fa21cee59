#pragma once

#include <algorithm>
#include <chrono>

namespace hagaki::net {

/// A token bucket: on average no more than so many a second, of which those of a twentieth of a
/// second may come at once. Times are of one monotonic clock.
class QueryRate {
 public:
  /// `per_second` 0 or less: no limit.
  explicit QueryRate(double per_second)
      : per_second_(per_second), most_(std::max(per_second / 20, 1.0)), tokens_(most_) {}

  /// Whether one more may go at `now`; it is counted then.
  bool take(std::chrono::milliseconds now) {
    if (per_second_ <= 0) return true;
    refill(now);
    if (tokens_ < 1 - 1e-6) return false;  // what rounding takes
    tokens_ -= 1;
    return true;
  }
  /// Counts what went without having been asked for; those to come wait for it.
  void charge(int count) {
    if (per_second_ > 0) tokens_ -= count;
  }
  /// How long until the next may go; at least a millisecond.
  [[nodiscard]] std::chrono::milliseconds wait() const {
    const double seconds = per_second_ <= 0 ? 0 : (1 - tokens_) / per_second_;
    return std::chrono::milliseconds(std::max(static_cast<long>(seconds * 1000 + 0.999), 1L));
  }

 private:
  void refill(std::chrono::milliseconds now) {
    const std::chrono::duration<double> passed = begun_ ? now - last_ : now - now;
    begun_ = true;
    last_ = now;
    tokens_ = std::min(tokens_ + passed.count() * per_second_, most_);
  }
  double per_second_;
  double most_;
  double tokens_;
  std::chrono::milliseconds last_{};
  bool begun_ = false;
};

}  // namespace hagaki::net
