#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time_zone.h"
#include "rules/rate.h"
#include "store/shared_file.h"

namespace hagaki::store {

/// Messages that were reserved together.
struct Reservation {
  unsigned granted = 0;
  Timestamp until{};  ///< an hour or day that they were counted in ends: use or give back before

 private:
  friend class Quotas;
  struct Period {
    std::string name;
    std::string kind;
    std::string begins;
  };
  std::vector<Period> periods;
};

/// How many messages went in each calendar hour and calendar day under a name (of a relay, an
/// account, a provider, a source address), in one SQLite file for all processes and runs. What is
/// to be sent is reserved before: many processes together never pass a limit. A process that dies
/// takes what it has reserved with it, used or not; reserve portion() at a time.
///
/// Commits are not synced each: when the machine itself goes down, the counts of the last moments
/// may be lost, of a process never.
///
/// Errors, after which nothing is granted and the object may be used again: Retry when others held
/// the file for longer than the patience, Io when it cannot be read or written (no room, damage),
/// Config when it is a file of something else, or of a newer version. One thread at a time.
class Quotas {
 public:
  /// Opens or makes the file, for its owner only. `zone` says when an hour and a day begin.
  static Result<Quotas> open(const std::string& path, std::shared_ptr<const TimeZone> zone,
                             std::chrono::milliseconds patience = SharedFile::kPatience);
  ~Quotas();
  Quotas(Quotas&&) noexcept;
  Quotas& operator=(Quotas&&) noexcept;

  /// A sensible number to reserve at a time: a hundredth of the smallest limit, from 1 to 100.
  [[nodiscard]] static unsigned portion(std::span<const rules::Rate> limits);

  /// Up to `want` messages under `name`, as many as all `limits` (each per hour or per day,
  /// rules::is_quota) leave at `now`; they count from here on. A limit other than at the last call
  /// counts what is there against the new one.
  Result<Reservation> reserve(std::string_view name, std::span<const rules::Rate> limits,
                              unsigned want, Timestamp now);

  /// `unused` messages that were reserved in the hours and days of `reservation`, by it or by
  /// others, were not sent: they go back into these.
  Result<void> give_back(const Reservation& reservation, unsigned unused);

  /// When at least one message will be granted as far as is known: `now`, or the beginning of an
  /// hour or day. Another process may give something back before.
  Result<Timestamp> next_release(std::string_view name, std::span<const rules::Rate> limits,
                                 Timestamp now);

  /// How many count in the hour or day of `limit` at `now`.
  Result<std::uint64_t> used(std::string_view name, const rules::Rate& limit, Timestamp now);

 private:
  struct State;
  explicit Quotas(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// What one process may send under one name: reserves a portion when it needs one, gives back what
/// is left when its hour or day is over, and at its end. Must not outlive its Quotas.
class Allowance {
 public:
  /// Each of `limits` is a quota; at least one.
  Allowance(Quotas& quotas, std::string name, std::vector<rules::Rate> limits);
  ~Allowance();
  Allowance(const Allowance&) = delete;
  Allowance& operator=(const Allowance&) = delete;

  /// One message's place in the hours and days that it counts in.
  using Place = std::shared_ptr<const Reservation>;

  /// A place for a message that is to be sent at `now`; it counts then. Null: there is none, ask
  /// again at next(). Errors as Quotas has them: nothing may be sent.
  Result<Place> take(Timestamp now);
  /// The message that had this place was not sent: it counts no more in the hours and days that it
  /// was counted in. Where these are over and the file cannot be written, it stays counted.
  void put_back(const Place& place);
  /// When take() may have one again (Quotas::next_release).
  [[nodiscard]] Result<Timestamp> next(Timestamp now) const;
  /// Gives back what is not used; to be asked again, take() reserves anew.
  Result<void> release();

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::vector<rules::Rate>& limits() const { return limits_; }

 private:
  [[nodiscard]] bool is_current(const Reservation& reservation) const;

  Quotas* quotas_;
  std::string name_;
  std::vector<rules::Rate> limits_;
  unsigned portion_;
  Place current_;      // the last reservation; null: none
  unsigned left_ = 0;  // in its hours and days, reserved by it or before
};

}  // namespace hagaki::store
