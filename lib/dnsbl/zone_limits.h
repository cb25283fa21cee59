#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.h"

namespace hagaki::dnsbl {

/// So many questions within so long.
struct Allowance {
  std::uint64_t questions = 0;
  std::chrono::milliseconds within{0};

  friend bool operator==(const Allowance&, const Allowance&) = default;
};

/// How much a list lets one ask.
struct ZoneLimits {
  std::optional<Allowance> rate;   ///< within a minute or less
  std::optional<Allowance> quota;  ///< within a day
};

/// Reads the `limits` of a zone's row, which is written for people: "5 queries a second", "one
/// query per 100 ms", "300000 queries a day", "100000 lookups in 24 hours" anywhere in it. What
/// says something else is no limit.
ZoneLimits parse_limits(std::string_view text);

/// Tells when the next question may go: an allowance as a bucket that fills evenly.
class Pace {
 public:
  /// `at_once` may go in one burst, the allowance's whole number where it is 0. Without an
  /// allowance everything may.
  explicit Pace(std::optional<Allowance> allowance = std::nullopt, std::uint64_t at_once = 0);

  /// How long until one more may go at `now`; 0 = at once. `now` never runs backwards.
  [[nodiscard]] std::chrono::milliseconds wait(Timestamp now);
  /// One more goes.
  void take();

 private:
  double per_ms_ = 0;  ///< 0 = no limit
  double most_ = 0;
  double left_ = 0;
  std::optional<Timestamp> filled_;
};

}  // namespace hagaki::dnsbl
