#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "rules/policy.h"

namespace hagaki::rules {

/// Milliseconds since 1970 of an event without a time: before all others.
inline constexpr std::int64_t kUnknownTime = std::numeric_limits<std::int64_t>::min() / 2;
/// By how much the clocks of senders and receivers may differ, in ms.
inline constexpr std::int64_t kClockSkew = 3'600'000;

/// One message to one recipient, as StopRules notes it. There are as many as there were mails, so
/// each is small.
struct SentMessage {
  std::uint64_t recipient;  // hash
  std::uint64_t message;    // hash; 0 = unknown
  std::int64_t time;        // ms since 1970, or kUnknownTime
  std::uint32_t campaign;   // number; 0 = unknown
  std::uint32_t receiver;   // number
};

/// A message that failed, or what its recipient said about it.
struct FailedMessage {
  // In place of an index of Policy::stop.
  static constexpr std::uint16_t kNoRule = 0xFFFF;  // never counts
  static constexpr std::uint16_t kComplaint = 0xFFFE;
  static constexpr std::uint16_t kUnsubscribe = 0xFFFD;
  static constexpr std::uint16_t kBlock = 0xFFFC;  // of verdicts alone

  /// Where in a text the evidence stands.
  struct Text {
    std::uint64_t at = 0;
    std::uint32_t size = 0;
  };

  SentMessage what;
  Text evidence;
  std::uint16_t rule = kNoRule;  // index in Policy::stop, or one of the constants
  bool bounce = false;
  bool may_be_block = false;  // may_be_block() of its reason
  std::uint32_t block = 0;    // mark_blocks(); 0 = in none
  std::int64_t day = 0;       // find_refusal_days(), of those that have a time
};

/// The day that a time (ms since 1970) lies in, where the policy's days begin: since 1970-01-01.
std::int64_t day_of(const Policy& policy, std::int64_t time);
/// When that day begins.
Timestamp start_of_day(const Policy& policy, std::int64_t day);

/// What one rule says against a recipient, and the failures that it rests on.
struct StopVerdict {
  std::uint16_t rule = FailedMessage::kNoRule;
  std::int64_t last = 0;  // time of the last failure that counted, ms
  // Who engaged later than this engaged after so many of the failures that the rest are too few,
  // ms.
  std::int64_t undone_by = std::numeric_limits<std::int64_t>::max();
  std::vector<const FailedMessage*> row;
};

/// Judges one recipient by its failures and deliveries, each in order of time and without others'.
/// StopRules tells what counts.
class StopJudge {
 public:
  /// All must outlive this.
  StopJudge(const Policy& policy, std::span<const FailedMessage> failures,
            std::span<const SentMessage> deliveries)
      : policy_(policy), failures_(failures), deliveries_(deliveries) {}

  /// What is against the recipient at `now` (ms), the strongest first. Each of the others holds
  /// against a later engagement than those before it. A person's wish stands alone.
  std::vector<StopVerdict> verdicts(std::int64_t now);

 private:
  using Failures = std::vector<const FailedMessage*>;
  /// The deliveries that share a name, in order of time. A failure takes back all up to some time,
  /// so how far the furthest of them reached says it for all.
  struct Row {
    std::vector<std::size_t> places;  // in deliveries_
    std::size_t taken = 0;            // so many of them, from the first
  };
  using Rows = std::unordered_map<std::uint64_t, Row>;

  template <class Wanted>
  [[nodiscard]] Failures once(Wanted wanted) const;
  [[nodiscard]] Failures all_of(std::uint16_t rule) const;
  void take_back_deliveries();
  void take_unnamed(const FailedMessage& f, std::int64_t latest, std::vector<bool>& taken);
  void take_until(Row& row, std::int64_t latest, const FailedMessage& f);
  void count_from(const FailedMessage& f, std::int64_t delivered);
  [[nodiscard]] std::int64_t from(const FailedMessage& f) const;
  [[nodiscard]] Failures refused_in_blocks() const;
  [[nodiscard]] Failures latest_enough(const StopRule& rule, const Failures& row) const;
  [[nodiscard]] std::int64_t undone_by(const StopRule& rule, const Failures& row) const;
  [[nodiscard]] int strength(std::uint16_t rule) const;

  const Policy& policy_;
  std::span<const FailedMessage> failures_;
  std::span<const SentMessage> deliveries_;
  std::unordered_map<const FailedMessage*, std::int64_t> from_;
  std::int64_t proven_ = std::numeric_limits<std::int64_t>::min();
};

}  // namespace hagaki::rules
