#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hagaki::rules {

/// So many messages in so long.
struct Rate {
  std::uint32_t count = 1;              ///< 1 to kMostPerRate
  std::chrono::milliseconds per{1000};  ///< above 0
  bool operator==(const Rate&) const = default;
};

inline constexpr std::uint32_t kMostPerRate = 10'000'000;

/// Whether the rate is a quota: counted per calendar hour or calendar day, over all runs and
/// processes (store::Quotas). Any other is kept by a RateGate.
[[nodiscard]] bool is_quota(const Rate& rate);

/// Reads "5/second", "300/min", "20/10s", "2000/hour", "100/day": a whole number, a slash, and a
/// time of one second up to an hour, or a day. Units are s, sec, second, m, min, minute, h, hour,
/// d, day and their plurals, in any case. Error::Syntax, also for 0, and for a time between an hour
/// and a day or above a day: nobody counts in these.
Result<Rate> parse_rate(std::string_view text);

/// "5/second", "20/10 seconds", "100/day": parse_rate reads it again. Rates below a second are
/// given in milliseconds, for people only.
std::string format_rate(const Rate& rate);

/// That many messages a second, above 0; a number of a second or of ten seconds that is at most a
/// tenth smaller, or one message in a longer time.
Rate rate_of(double per_second);

/// Says when the next message may go, so that several rates hold together and messages are spread
/// evenly (the generic cell rate algorithm of ITU-T I.371). Times are milliseconds of any clock
/// that never goes back. Not for quotas: it forgets with the process.
///
/// A message that goes late, since timers are late and messages are not always there, does not slow
/// down those behind it: up to kSlack of lateness is made good. So in any time of length `per` go
/// at most `count` + burst(rate) messages, and whoever always has a message sends `count` in each
/// `per` in the long run.
class RateGate {
 public:
  using milliseconds = std::chrono::milliseconds;
  static constexpr milliseconds kSlack{50};

  /// Without rates everything may go at once.
  explicit RateGate(const std::vector<Rate>& rates = {});

  /// What `per` of this rate can have above its count: what would go in kSlack, rounded up.
  [[nodiscard]] static std::uint32_t burst(const Rate& rate);

  /// How long until the next message may go; 0: now.
  [[nodiscard]] milliseconds wait(milliseconds now) const;
  /// A message goes. Asked or not: one that goes before its time puts off those behind it.
  void take(milliseconds now);

  /// Slows down: 1 is as configured, 0.25 a quarter of each rate. From above 0 to 1; at once.
  void set_factor(double factor);
  [[nodiscard]] double factor() const { return factor_; }

  /// A rate besides the configured ones, for a receiver that has none or asks for less. The factor
  /// does not change it. Replaces the last one without forgetting when the last message went.
  void limit_to(const Rate& rate);
  void clear_limit() { imposed_.reset(); }
  [[nodiscard]] std::optional<Rate> limit() const;

  /// The rates it was made with.
  [[nodiscard]] std::vector<Rate> rates() const;

 private:
  /// One rate. Times in it are in parts of a millisecond, `count` to one, so that nothing is
  /// rounded.
  struct Beat {
    Rate rate;
    std::int64_t step = 0;               ///< between two messages
    std::optional<std::int64_t> last{};  ///< the place of the last message
  };
  [[nodiscard]] static Beat beat(const Rate& rate, double factor);
  [[nodiscard]] static milliseconds wait(const Beat& beat, milliseconds now);
  static void take(Beat& beat, milliseconds now);

  std::vector<Beat> beats_;
  std::optional<Beat> imposed_;
  double factor_ = 1;
};

}  // namespace hagaki::rules
