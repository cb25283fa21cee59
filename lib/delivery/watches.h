#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "records/delivery_event.h"
#include "records/notice_record.h"
#include "rules/bounce_limit.h"
#include "rules/notice.h"
#include "rules/receiver_watch.h"
#include "store/journal.h"
#include "store/receivers.h"

namespace hagaki::delivery {

/// Watches what all receivers of a campaign answer: keeps what outlives the run, hears what other
/// processes found out, and tells a person.
///
/// A receiver's `name` is a rules::watched_name(). Where it names one address of ours, what can
/// speak of that address is watched for it alone, the rest for all of them; how mail from it is to
/// be treated follows from both.
class Watches {
 public:
  struct Settings {
    std::string campaign;
    std::string language = "en";  ///< of the notices' texts
    std::string file;             ///< store::Receivers; empty: nothing outlives the run
    rules::BounceLimit max_bounce;
    /// The relay that a receiver's mail goes through while it refuses us; empty: none.
    std::function<std::string(const std::string& name)> detour;
    rules::ReceiverWatch::Settings each;  ///< but for its many_customers
  };
  using Tell = std::function<void(const records::Notice&)>;

  /// Errors as store::Receivers::open has them.
  static Result<Watches> open(Settings settings, Tell tell);

  /// What follows from an answer.
  struct Ruling {
    bool defer = false;  ///< the failure says nothing of its recipient, who waits with the others
    bool paced = false;  ///< the receiver's pace or hold changed
    bool stop = false;   ///< too many dead addresses: the campaign ends here; true once
  };
  /// The outcome of one recipient. Those that are no server's reply say nothing.
  Ruling heard(const std::string& name, const records::DeliveryEvent& event,
               const rules::Moment& at);
  /// A reply to a session that did not come about, judged as events are.
  Ruling heard(const std::string& name, const rules::Observation& seen);

  /// Counts the dead addresses that earlier runs of the campaign met.
  void count_earlier(const std::vector<store::Ended>& ended);

  /// How a receiver is to be sent to.
  rules::Pace pace(const std::string& name, const rules::Moment& at);
  /// Until when all its mail waits; nothing where it does not.
  std::optional<Timestamp> held_until(const std::string& name, const rules::Moment& at);
  /// Whether that is because the receiver refuses us, rather than what the message says or whom it
  /// is for.
  bool refuses_us(const std::string& name, const rules::Moment& at);

  /// Once a second or so, and at the end: writes what was counted, takes over what other processes
  /// found out or released, forgets receivers of long ago. Returns those whose hold began or ended
  /// or whose pace changed since the last call that returned some. What could not be written is
  /// written by a later call.
  Result<std::unordered_set<std::string>> tick(const rules::Moment& at);

  /// Receivers that are remembered.
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] const rules::BounceWatch& bounces() const { return bounces_; }

 private:
  struct Entry {
    explicit Entry(rules::ReceiverWatch begun) : watch(std::move(begun)) {}
    rules::ReceiverWatch watch;
    std::uint64_t accepted = 0;  // not handed to the store yet, as `unknown`
    std::uint64_t unknown = 0;
    bool held = false;  // as was told last
    double factor = 1;  // of its pace, as it was last, as what follows
    double share = 1;
    std::chrono::milliseconds pause_until{};
    bool changed = false;  // one of these since tick() said so
    std::chrono::milliseconds asked{};
  };

  Watches(Settings settings, Tell tell)
      : settings_(std::move(settings)),
        tell_(std::move(tell)),
        notices_(settings_.campaign, settings_.language),
        bounces_(settings_.max_bounce) {}
  Entry& entry(const std::string& receiver, const rules::Moment& at);
  void settle(const std::string& receiver, Entry& entry, const rules::Moment& at);
  Ruling observe(const std::string& receiver, const rules::Observation& seen);
  Result<void> take_over(const rules::Moment& at);

  Settings settings_;
  Tell tell_;
  rules::NoticeWriter notices_;
  rules::BounceWatch bounces_;
  std::optional<store::Receivers> store_;
  std::optional<Error> trouble_;  // of a look-up, until tick() returns it
  std::unordered_map<std::string, Entry> entries_;
};

}  // namespace hagaki::delivery
