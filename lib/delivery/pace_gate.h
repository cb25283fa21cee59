#pragma once

#include <chrono>
#include <vector>

#include "rules/rate.h"
#include "rules/receiver_watch.h"

namespace hagaki::delivery {

/// Keeps the pace that a receiver asked one of our addresses for, where that is less than what is
/// configured. It holds besides the configured rates, which all our addresses share.
class PaceGate {
 public:
  using milliseconds = std::chrono::milliseconds;

  /// `rates` are the configured ones.
  explicit PaceGate(const std::vector<rules::Rate>& rates = {});

  /// Goes by what the receiver's answers ask for at present.
  void follow(const rules::Pace& pace);
  /// How long until the next message may go; 0: now. The gate is shut until then.
  milliseconds ask(milliseconds now);
  /// A message goes.
  void take(milliseconds now);
  /// When the next message may go, as it was said last; not later than now: nobody has to wait.
  [[nodiscard]] milliseconds opens() const { return opens_; }
  /// Whether it would forget nothing if it were made anew.
  [[nodiscard]] bool is_open(milliseconds now) const {
    return !slow_ || gate_.wait(now).count() == 0;
  }

 private:
  rules::RateGate gate_;
  bool has_rates_;
  bool slow_ = false;
  double factor_ = 1;
  double per_second_ = 0;
  milliseconds opens_{};
};

}  // namespace hagaki::delivery
