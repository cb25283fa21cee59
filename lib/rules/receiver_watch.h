#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "rules/receiver_reply.h"

namespace hagaki::rules {

/// How a receiver is to be sent to.
struct Pace {
  double factor = 1;  ///< of every rate that holds for it: 1/64 to 1
  /// Messages a second at that factor, of what the receiver answered when it began to complain: a
  /// bound for a receiver without a rate of its own. 0: none.
  double per_second = 0;
  double share = 1;                         ///< of the sessions that are usual, 1/64 to 1
  std::chrono::milliseconds pause_until{};  ///< nothing new before (Observation::now)
};

/// Why all mail to a receiver waits.
enum class HoldKind {
  Blocked,  ///< it refuses our address or our domain, whoever the recipient is
  Flood,    ///< suddenly it calls most of its users unknown
  Content,  ///< it refuses what the message says: other campaigns are not concerned
};

/// "blocked", "flood", "content".
std::string_view hold_name(HoldKind kind);
std::optional<HoldKind> parse_hold_kind(std::string_view name);

/// What a hold is based on.
struct HoldEvidence {
  std::uint64_t against = 0;   ///< answers that speak for the hold
  std::uint64_t accepted = 0;  ///< messages taken from the first of them to the last
  Timestamp first{};
  Timestamp last{};
  int code = 0;  ///< of the last such answer, as all below
  std::string status{};
  std::string reason{};
  std::string text{};  ///< at most limits::kDiagnostic bytes
  /// The part of these answers that was against us, 0 to 1.
  [[nodiscard]] double share() const;
};

struct Hold {
  HoldKind kind = HoldKind::Blocked;
  Timestamp since{};
  Timestamp until{};
  unsigned times = 1;  ///< 1 for the first hold, 2 for one that followed on it…
  HoldEvidence evidence{};
};

/// How long a receiver is left alone that is held for the `times`th time in a row: 6 hours where it
/// refuses us, else a day; twice as long each time, 7 days at most.
std::chrono::milliseconds cool_down(HoldKind kind, unsigned times);

/// What to do after an answer.
struct Advice {
  enum class What {
    Nothing,
    Slower,  ///< the pace fell
    Faster,  ///< the pace rose
    Hold,    ///< ReceiverWatch::hold() says why and until when
  };
  What what = What::Nothing;
  Pace pace{};         ///< as it is now
  bool tell = false;   ///< of Slower: worth telling a person; true once an hour at most
  bool defer = false;  ///< this failure says nothing of its recipient: who waits with the others
};

/// Watches what one receiver (all hosts of a provider, or those below one domain) answers, and says
/// how its whole group of recipients is to be treated. What an answer means says sense_of().
///
/// **Slower.** Too fast: half the rate and half the sessions. Too many sessions: half of these.
/// Put off: a quarter of both. And a pause, which doubles each time while nothing is
/// accepted in between; what is said before it ends belongs to the same signal. ReplySense::Perhaps
/// may be greylisting: it never leaves less than a quarter, and its pause does not grow. After 20
/// accepted messages and a quiet minute, or 5 quiet minutes, both climb by a quarter of what they
/// are.
///
/// **Blocked.** Where nothing was accepted in this run one ReplySense::Refused is enough; at a host
/// of many customers, who may have rules of their own, three are, and of Unwanted, which is also
/// said of one message, five. Where something was accepted: 10 in a row (20 at a host of many), or
/// 20 of the last 40 answers. And 20 times put off in a row and over an hour.
///
/// **Flood.** One to five of a hundred unknown users are usual, and old lists have them in heaps. A
/// receiver that took 100 messages of ours (in earlier days and this run) is held for 20 unknown
/// users, and one more for each 20 messages that it took in this run (120 at most), when they are
/// at least half of the answers they stand among, and twice the part that was usual with it. One
/// without such a past for 50, when they are four of five.
///
/// **Content.** One message taken for spam tells of that recipient's filter, a row of them that the
/// filter knows the campaign, and each more costs reputation: 10 where nothing was accepted, else
/// 20 in a row or of the last 40.
///
/// **Whose failure it was.** Advice::defer goes with what began a hold and what comes in while it
/// lasts, and with each unknown user at a receiver with a past while 5 of the last 10 are: so few
/// addresses are taken for dead before it is clear that they are not.
///
/// **After a hold** it begins at the slowest pace with one session, and one refusal (or five
/// unknown users, five contents) before 20 messages were accepted holds it again, for longer.
class ReceiverWatch {
 public:
  /// What is known of it from earlier runs.
  struct Past {
    std::uint64_t accepted = 0;
    std::uint64_t unknown = 0;
    std::optional<Hold> last_hold{};  ///< lasting or over
  };
  struct Settings {
    using milliseconds = std::chrono::milliseconds;
    bool many_customers = false;  ///< who have rules of their own: Exchange Online, Workspace…
    milliseconds pause{std::chrono::seconds{15}};  ///< after the first signal
    milliseconds longest_pause{std::chrono::minutes{15}};
    milliseconds quiet{std::chrono::minutes{1}};       ///< to climb, with messages accepted
    milliseconds long_quiet{std::chrono::minutes{5}};  ///< to climb without
    milliseconds put_off{std::chrono::hours{1}};       ///< of being put off, to be a block
  };

  ReceiverWatch(Settings settings, Past past);

  /// Takes in one answer. While a hold lasts nothing is concluded: it is the answer to what was
  /// under way.
  Advice observe(const Observation& seen);

  /// The pace at this moment; it rises in quiet times.
  Pace pace(const Moment& at);

  /// The hold that lasts at this moment, or nullptr. When its time is over a careful beginning is
  /// made.
  const Hold* hold(const Moment& at);

  /// True when nothing would be lost with this but the answers since its beginning: no hold, the
  /// usual pace.
  [[nodiscard]] bool at_ease() const {
    return !held_ && careful_ == 0 && rate_ == 1 && share_ == 1;
  }

  /// Takes over a hold that another process found.
  void take_over(Hold hold);

  /// Ends a hold before its time, and begins carefully.
  void release(const Moment& at);

 private:
  using milliseconds = std::chrono::milliseconds;
  using Senses = std::initializer_list<ReplySense>;
  /// One answer, or several in a row that are all accepted: there are many receivers, and most take
  /// all there is.
  struct Answer {
    ReplySense sense;
    std::uint32_t times;
    Timestamp time;
  };
  /// Some of the last answers, counted.
  struct Tally {
    std::uint64_t against = 0;
    std::uint64_t accepted = 0;
    Timestamp first{};  // against
    Timestamp last{};
  };

  [[nodiscard]] Tally in_a_row(Senses against) const;
  [[nodiscard]] Tally among_last(std::size_t answers, Senses against) const;
  [[nodiscard]] std::optional<Tally> blocked(ReplySense sense) const;
  [[nodiscard]] std::optional<Tally> put_off() const;
  [[nodiscard]] std::optional<Tally> flooded() const;
  [[nodiscard]] std::optional<Tally> unwelcome() const;
  [[nodiscard]] bool took_our_mail() const;
  [[nodiscard]] bool is_doubtful() const;
  bool hold_if(const std::optional<Tally>& tally, HoldKind kind, const Observation& seen);
  bool conclude(const Observation& seen, ReplySense sense);
  void remember(ReplySense sense, Timestamp time);
  void measure(const Moment& at);
  bool slow_down(const Moment& at, ReplySense sense);
  bool climb(milliseconds now);
  void count_accepted(const Moment& at);
  [[nodiscard]] Pace current() const;

  Settings settings_;
  Past past_;
  bool held_ = false;           // past_.last_hold is to be looked at
  std::vector<Answer> last_;    // that may lead to a hold, the newest last
  std::size_t remembered_ = 0;  // answers in it
  std::uint64_t accepted_ = 0;  // in this run
  int careful_ = 0;             // messages to be accepted until the last hold is forgotten

  double rate_ = 1;      // of the usual
  double share_ = 1;     // of the sessions
  double measured_ = 0;  // messages a second before the first signal; 0: not known
  milliseconds pause_until_{};
  milliseconds next_pause_;
  milliseconds quiet_since_{};        // signal, or change of the pace
  std::uint64_t quiet_accepted_ = 0;  // since then
  std::optional<milliseconds> told_;

  // Answers of this stretch of ten seconds, and how many a second there were in the one before.
  milliseconds stretch_begin_{};
  std::uint64_t stretch_answers_ = 0;
  double answers_per_second_ = 0;
};

}  // namespace hagaki::rules
