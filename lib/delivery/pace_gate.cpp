#include "delivery/pace_gate.h"

namespace hagaki::delivery {

using std::chrono::milliseconds;

PaceGate::PaceGate(const std::vector<rules::Rate>& rates)
    : gate_(rates), has_rates_(!rates.empty()) {}

void PaceGate::follow(const rules::Pace& pace) {
  if (pace.factor == factor_ && pace.per_second == per_second_) return;
  factor_ = pace.factor;
  per_second_ = pace.per_second;
  opens_ = {};
  gate_.set_factor(factor_);
  const bool bound = per_second_ > 0 && !has_rates_;
  slow_ = bound || factor_ < 1;
  if (bound) {
    gate_.limit_to(rules::rate_of(per_second_));
  } else {
    gate_.clear_limit();
  }
}

milliseconds PaceGate::ask(milliseconds now) {
  if (!slow_) return milliseconds{0};
  const auto wait = gate_.wait(now);
  opens_ = now + wait;
  return wait;
}

void PaceGate::take(milliseconds now) {
  if (slow_) gate_.take(now);
}

}  // namespace hagaki::delivery
