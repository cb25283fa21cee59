#pragma once

#include <chrono>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time_zone.h"
#include "dns/mail_hosts.h"
#include "rules/provider_limits.h"
#include "rules/rate.h"
#include "rules/receiver_watch.h"
#include "rules/send_window.h"
#include "store/quotas.h"

namespace hagaki::delivery {

/// When a message may go to one receiver, or through one relay: its rates, its quotas, and the pace
/// that it asked for.
class Throttle {
 public:
  using milliseconds = std::chrono::milliseconds;
  struct Moment {
    milliseconds loop;  ///< never goes back
    Timestamp clock;    ///< of the calendar
  };

  /// `quotas` may be null where `limits` has none, else outlives this. They are counted under
  /// `name`.
  Throttle(const rules::Limits& limits, const std::string& name, store::Quotas* quotas);

  /// One message goes by all of these, whose places are taken then: 0. Else how long to wait before
  /// asking again, and nothing is taken. Errors as store::Quotas has them: it cannot be counted and
  /// must not be sent.
  static Result<milliseconds> take(std::initializer_list<Throttle*> all, const Moment& now);
  /// The message taken last was not sent: it does not count as one of its hour and day.
  void put_back();
  /// Gives back what was reserved and not used: for when nothing goes for a while, and at the end.
  Result<void> release();

  /// Goes by what a receiver's answers ask for, where that is less than what is configured.
  void follow(const rules::Pace& pace);
  /// Sessions at once, to all hosts together: `usual` where the limits do not say.
  [[nodiscard]] int sessions(int usual) const;
  /// Messages of one session; 0: no limit of ours.
  [[nodiscard]] int messages_per_connection() const;
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  friend class Throttles;
  std::string name_;
  std::optional<unsigned> connections_;
  std::optional<unsigned> messages_per_connection_;
  rules::RateGate gate_;
  bool has_rates_;
  std::optional<store::Allowance> allowance_;
};

/// What limits a campaign.
struct Limiting {
  rules::ProviderLimits limits = rules::ProviderLimits::builtin();
  rules::SendWindow window;
  std::string quota_file;                ///< made where there are quotas
  std::shared_ptr<const TimeZone> zone;  ///< of the quotas' hours and days; null: UTC
};

/// Knows the throttles of a run. Outlives all that hold one.
class Throttles {
 public:
  using milliseconds = std::chrono::milliseconds;

  /// Errors as store::Quotas::open has them.
  static Result<Throttles> open(Limiting limiting);

  /// The throttle of a receiver's `group`, whose mail hosts, provider and domain (A-label form) are
  /// these as far as they are known. Groups that one table of the limits names share it.
  std::shared_ptr<Throttle> of_receiver(std::string_view group, std::string_view provider,
                                        const std::vector<dns::MailHost>& hosts,
                                        std::string_view domain);
  /// Nullptr where nothing limits that relay.
  std::shared_ptr<Throttle> of_relay(std::string_view name);

  /// How long the window stays shut; 0: it is open.
  [[nodiscard]] milliseconds shut(Timestamp clock) const;

  /// Forgets receivers that nobody else holds and whose next message could go at once.
  void tidy(milliseconds now);

 private:
  explicit Throttles(Limiting limiting) : limiting_(std::move(limiting)) {}
  std::shared_ptr<Throttle> made(const rules::Limits& limits, const std::string& name);

  Limiting limiting_;
  std::unique_ptr<store::Quotas> quotas_;
  std::map<std::string, std::shared_ptr<Throttle>, std::less<>> throttles_;  // go before quotas_
};

}  // namespace hagaki::delivery
