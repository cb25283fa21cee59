#pragma once

#include <algorithm>
#include <cstddef>

namespace hagaki::dnsbl {

/// How one zone goes on listing. A zone that was good may begin to list everything: one that lists
/// again and again is to be tested again, the more seldom the longer it passes.
class ListingStreak {
 public:
  /// `first`: listings in a row before the first test; 0 = there is none.
  explicit ListingStreak(std::size_t first) : first_(first), interval_(first), due_(first) {}

  /// One more listing. True when the zone is to be tested again, and from then on until tested().
  bool listed() {
    ++length_;
    return first_ > 0 && length_ >= due_;
  }
  /// It is being tested again.
  void tested() {
    interval_ = std::min(interval_ * 2, std::max(kLongest, first_));
    due_ = length_ + interval_;
  }
  /// It said of a target that it is not listed.
  void not_listed() { *this = ListingStreak(first_); }
  /// True when it has listed so many in a row that it lists whatever it is asked, if it lists what
  /// it must not.
  [[nodiscard]] bool is_long() const { return first_ > 0 && length_ >= first_; }

 private:
  static constexpr std::size_t kLongest = 256;
  std::size_t first_;
  std::size_t interval_;
  std::size_t due_;
  std::size_t length_ = 0;
};

}  // namespace hagaki::dnsbl
