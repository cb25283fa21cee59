#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace hagaki::net {

/// How many questions may be open at once to resolvers that lose what their sockets cannot hold.
/// Starts with the most and is halved where many answers came only when asked again while hardly
/// one came late: packets were lost, for names that are slow to look up are late in all degrees.
/// Grows again slowly, because each loss costs the wait for an answer that never comes. Times are
/// of one monotonic clock.
class QuestionWindow {
 public:
  /// Never fewer than this, unless `most` is.
  static constexpr std::size_t kLeast = 64;
  static constexpr std::chrono::milliseconds kGrowth{10'000};  ///< to an eighth more
  static constexpr std::chrono::milliseconds kRest{1'000};     ///< from one cut to the next

  /// `first_wait` is how long the first try of a question waits.
  QuestionWindow(std::size_t most, std::chrono::milliseconds first_wait)
      : most_(most), size_(most), late_(first_wait / 8) {}

  [[nodiscard]] std::size_t size() const { return size_; }

  /// Takes note of an answer at `now` that took `took`; `repeated` when it was asked for again.
  void answered(bool repeated, std::chrono::milliseconds took, std::chrono::milliseconds now) {
    ++answers_;
    if (repeated) {
      ++repeats_;
    } else if (took > late_) {
      ++late_answers_;
    }
    if (answers_ < size_) return;
    const bool lost = repeats_ * 16 >= answers_ && repeats_ > late_answers_ * 2;
    answers_ = repeats_ = late_answers_ = 0;
    if (lost) {
      if (changed_ && now - changed_at_ < kRest) return;
      size_ = std::max(size_ / 2, std::min(kLeast, most_));
    } else {
      if (size_ == most_ || now - changed_at_ < kGrowth) return;
      size_ = std::min(size_ + size_ / 8 + 1, most_);
    }
    changed_ = true;
    changed_at_ = now;
  }

 private:
  std::size_t most_;
  std::size_t size_;
  std::chrono::milliseconds late_;
  std::size_t answers_ = 0;  ///< of the round: as many as may be open
  std::size_t repeats_ = 0;
  std::size_t late_answers_ = 0;
  bool changed_ = false;
  std::chrono::milliseconds changed_at_{};
};

}  // namespace hagaki::net
