#pragma once

#include <algorithm>
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
#include "rules/send_window.h"
#include "store/quotas.h"

namespace hagaki::delivery {

/// When a message may go to one receiver, or through one relay: its rates and quotas.
class Throttle : public std::enable_shared_from_this<Throttle> {
 public:
  using milliseconds = std::chrono::milliseconds;
  /// Messages that have their places in quotas and no outcome yet: at least so many may be there,
  /// however small the quota is. A process that dies takes them with it.
  static constexpr unsigned kUnderWay = 20;
  struct Moment {
    milliseconds loop;  ///< never goes back
    Timestamp clock;    ///< of the calendar
  };

  /// `quotas` may be null where `limits` has none, else outlives this. They are counted under
  /// `name`.
  Throttle(const rules::Limits& limits, const std::string& name, store::Quotas* quotas);

  /// One message's place in the quotas of one of those that limit it.
  struct Place {
    std::shared_ptr<Throttle> of;
    store::Allowance::Place in;
  };
  using Places = std::vector<Place>;

  struct Answer {
    const Throttle* by = nullptr;  ///< the one that lets nobody go now; null: the message goes
    milliseconds wait{};           ///< before it is asked again
  };
  /// One message goes by all of these; its places are added to `places` then. Else nothing is
  /// taken. Errors as store::Quotas has them: it cannot be counted and must not be sent.
  static Result<Answer> take(std::initializer_list<Throttle*> all, const Moment& now,
                             Places& places);
  /// The message was not sent: it does not count in the hours and days that it was counted in.
  /// Whether somebody was turned away who may go now.
  static bool put_back(Places& places);
  /// It was sent. Whether somebody was turned away who may go now.
  static bool spend(Places& places);
  /// Gives back what was reserved and not used: for when nothing goes for a while, and at the end.
  Result<void> release();
  /// When the next message may go, as it was said last; not later than now: nobody has to wait.
  [[nodiscard]] milliseconds opens() const { return std::max(rate_opens_, quota_opens_); }

  /// Sessions that are open to those whom it limits.
  void session_opened() { ++open_sessions_; }
  void session_closed() { --open_sessions_; }
  [[nodiscard]] int open_sessions() const { return open_sessions_; }

  /// The configured rates, without the quotas.
  [[nodiscard]] std::vector<rules::Rate> rates() const { return gate_.rates(); }
  /// Sessions at once, to all hosts together: `usual` where the limits do not say.
  [[nodiscard]] int sessions(int usual) const;
  /// Messages of one session; 0: no limit of ours.
  [[nodiscard]] int messages_per_connection() const;
  /// Of the table of the limits, or "receiver.NAME" where there is none.
  [[nodiscard]] const std::string& name() const { return name_; }
  /// Whether it is that of one domain's recipients, wherever their mail goes.
  [[nodiscard]] bool is_of_domain() const { return name_.starts_with("domain."); }

 private:
  friend class Throttles;
  [[nodiscard]] milliseconds wait(milliseconds now) const;
  void note_wait(milliseconds now, milliseconds wait);
  bool is_free_again();

  std::string name_;
  std::optional<unsigned> connections_;
  std::optional<unsigned> messages_per_connection_;
  rules::RateGate gate_;
  std::optional<store::Allowance> allowance_;
  unsigned most_under_way_ = 0;
  unsigned under_way_ = 0;  // have places
  milliseconds rate_opens_{};
  milliseconds quota_opens_{};
  milliseconds ask_again_{};  // others may give back before it opens
  bool turned_away_ = false;  // somebody, for want of a place
  int open_sessions_ = 0;
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
