#include "rules/receiver_watch.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/limits.h"
#include "base/text.h"

namespace hagaki::rules {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr double kSlowest = 1.0 / 64;
constexpr double kSlowestPerhaps = 1.0 / 4;
constexpr std::uint64_t kAcceptedToClimb = 20;
constexpr double kClimb = 1.25;
constexpr int kCareful = 20;
constexpr milliseconds kTellAgain = 1h;
constexpr milliseconds kLongestHold = 24h * 7;

constexpr std::size_t kWindow = 40;        // answers in which accepted ones stand between
constexpr std::uint64_t kOfWindow = 20;    // of these, against us
constexpr std::uint64_t kPast = 100;       // messages that make a past
constexpr std::uint64_t kFlood = 20;       // unknown users, at a receiver with a past
constexpr std::uint64_t kFloodMore = 100;  // and as many more at most
constexpr std::uint64_t kFloodNew = 50;    // at one without
constexpr std::uint64_t kAgain = 5;        // after a hold
constexpr std::size_t kRemembered = 2 * (kFlood + kFloodMore);

constexpr std::array<std::pair<HoldKind, std::string_view>, 3> kNames = {
    {{HoldKind::Blocked, "blocked"}, {HoldKind::Flood, "flood"}, {HoldKind::Content, "content"}}};

double seconds(milliseconds time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

std::string_view hold_name(HoldKind kind) {
  const auto* found = std::find_if(kNames.begin(), kNames.end(),
                                   [&](const auto& name) { return name.first == kind; });
  return found->second;
}

std::optional<HoldKind> parse_hold_kind(std::string_view name) {
  const auto* found = std::find_if(kNames.begin(), kNames.end(),
                                   [&](const auto& row) { return row.second == name; });
  if (found == kNames.end()) return std::nullopt;
  return found->first;
}

double HoldEvidence::share() const {
  const auto all = against + accepted;
  return all == 0 ? 0 : static_cast<double>(against) / static_cast<double>(all);
}

milliseconds cool_down(HoldKind kind, unsigned times) {
  const milliseconds first = kind == HoldKind::Blocked ? 6h : 24h;
  return std::min<milliseconds>(kLongestHold, first * (1U << (std::clamp(times, 1U, 8U) - 1)));
}

ReceiverWatch::ReceiverWatch(Settings settings, Past past)
    : settings_(settings),
      past_(std::move(past)),
      held_(past_.last_hold.has_value()),
      next_pause_(settings.pause) {}

Advice ReceiverWatch::observe(const Observation& seen) {
  const auto sense = sense_of(seen);
  const auto now = seen.at.now;
  Advice advice;
  if (hold(seen.at) != nullptr) {
    const auto kind = past_.last_hold->kind;
    advice.defer = (sense == ReplySense::Unknown && kind == HoldKind::Flood) ||
                   sense == ReplySense::Refused || sense == ReplySense::Unwanted ||
                   (sense == ReplySense::Content && kind == HoldKind::Content);
    advice.pace = current();
    return advice;
  }
  if (sense != ReplySense::Nothing) {
    remember(sense, seen.at.time);
    measure(seen.at);
  }
  const bool climbed = climb(now);
  if (conclude(seen, sense)) {
    advice.what = Advice::What::Hold;
    advice.defer = true;
  } else if (sense == ReplySense::Accepted) {
    count_accepted(seen.at);
  } else if (slow_down(seen.at, sense)) {
    advice.what = Advice::What::Slower;
    advice.tell = !told_ || now - *told_ >= kTellAgain;
    if (advice.tell) told_ = now;
  } else {
    advice.defer = sense == ReplySense::Unknown && is_doubtful();
  }
  if (climbed && advice.what == Advice::What::Nothing) advice.what = Advice::What::Faster;
  advice.pace = current();
  return advice;
}

Pace ReceiverWatch::pace(const Moment& at) {
  hold(at);
  climb(at.now);
  return current();
}

const Hold* ReceiverWatch::hold(const Moment& at) {
  if (held_ && at.time >= past_.last_hold->until) release(at);
  return held_ ? &*past_.last_hold : nullptr;
}

void ReceiverWatch::take_over(Hold hold) {
  past_.last_hold = std::move(hold);
  held_ = true;
}

void ReceiverWatch::release(const Moment& at) {
  if (!held_) return;
  held_ = false;
  auto& until = past_.last_hold->until;
  until = std::min(at.time, until);
  if (at.time - until >= kLongestHold) return;
  last_.clear();
  remembered_ = 0;
  careful_ = kCareful;
  rate_ = share_ = kSlowest;
  quiet_since_ = at.now;
  quiet_accepted_ = 0;
  next_pause_ = settings_.pause;
}

/// Whether the answer begins a hold.
bool ReceiverWatch::conclude(const Observation& seen, ReplySense sense) {
  switch (sense) {
    case ReplySense::Refused:
    case ReplySense::Unwanted:
      return hold_if(blocked(sense), HoldKind::Blocked, seen);
    case ReplySense::PutOff:
      return hold_if(put_off(), HoldKind::Blocked, seen);
    case ReplySense::Unknown:
      return hold_if(flooded(), HoldKind::Flood, seen);
    case ReplySense::Content:
      return hold_if(unwelcome(), HoldKind::Content, seen);
    default:
      return false;
  }
}

std::optional<ReceiverWatch::Tally> ReceiverWatch::blocked(ReplySense sense) const {
  std::uint64_t need = settings_.many_customers ? 20 : 10;
  if (accepted_ == 0 || careful_ > 0) {
    need = sense == ReplySense::Unwanted ? 5 : settings_.many_customers ? 3 : 1;
  }
  const Senses senses = {ReplySense::Refused, ReplySense::Unwanted};
  if (const auto row = in_a_row(senses); row.against >= need) return row;
  if (const auto some = among_last(kWindow, senses); some.against >= kOfWindow) return some;
  return std::nullopt;
}

std::optional<ReceiverWatch::Tally> ReceiverWatch::put_off() const {
  const auto row = in_a_row({ReplySense::PutOff});
  if (row.against < kOfWindow || row.last - row.first < settings_.put_off) return std::nullopt;
  return row;
}

std::optional<ReceiverWatch::Tally> ReceiverWatch::flooded() const {
  const auto row = in_a_row({ReplySense::Unknown});
  if (careful_ > 0 && row.against >= kAgain) return row;
  std::uint64_t need = kFloodNew;
  double part = 0.8;
  if (took_our_mail()) {
    const auto past = static_cast<double>(past_.accepted + past_.unknown);
    const double usual = past > 0 ? static_cast<double>(past_.unknown) / past : 0;
    need = kFlood + std::min(accepted_ / 20, kFloodMore);
    part = std::clamp(2 * usual, 0.5, 0.95);
  }
  const auto answers = std::floor(static_cast<double>(need) / part);
  const auto some = among_last(static_cast<std::size_t>(answers), {ReplySense::Unknown});
  if (some.against < need) return std::nullopt;
  return some;
}

std::optional<ReceiverWatch::Tally> ReceiverWatch::unwelcome() const {
  const std::uint64_t need = careful_ > 0 ? kAgain : accepted_ == 0 ? 10 : kOfWindow;
  const Senses senses = {ReplySense::Content};
  if (const auto row = in_a_row(senses); row.against >= need) return row;
  if (const auto some = among_last(kWindow, senses); some.against >= kOfWindow) return some;
  return std::nullopt;
}

bool ReceiverWatch::took_our_mail() const {
  return past_.accepted + accepted_ >= kPast;
}

bool ReceiverWatch::is_doubtful() const {
  return took_our_mail() && among_last(10, {ReplySense::Unknown}).against >= 5;
}

/// Those since something was accepted.
ReceiverWatch::Tally ReceiverWatch::in_a_row(Senses against) const {
  const auto accepted = std::find_if(last_.rbegin(), last_.rend(), [](const Answer& answer) {
    return answer.sense == ReplySense::Accepted;
  });
  return among_last(static_cast<std::size_t>(accepted - last_.rbegin()), against);
}

/// Of so many answers that are either accepted or one of these, the newest.
ReceiverWatch::Tally ReceiverWatch::among_last(std::size_t answers, Senses against) const {
  Tally tally;
  std::uint64_t accepted = 0;
  for (auto it = last_.rbegin(); it != last_.rend() && answers > 0; ++it) {
    if (it->sense == ReplySense::Accepted) {
      const auto some = std::min<std::size_t>(answers, it->times);
      if (tally.against > 0) accepted += some;
      answers -= some;
    } else if (std::find(against.begin(), against.end(), it->sense) != against.end()) {
      if (tally.against++ == 0) tally.last = it->time;
      tally.first = it->time;
      tally.accepted = accepted;
      --answers;
    }
  }
  return tally;
}

bool ReceiverWatch::hold_if(const std::optional<Tally>& tally, HoldKind kind,
                            const Observation& seen) {
  if (!tally) return false;
  Hold hold;
  hold.kind = kind;
  hold.since = seen.at.time;
  const auto& before = past_.last_hold;
  if (before && seen.at.time - before->until < kLongestHold) hold.times = before->times + 1;
  hold.until = seen.at.time + cool_down(kind, hold.times);
  hold.evidence = {tally->against,
                   tally->accepted,
                   tally->first,
                   tally->last,
                   seen.code,
                   std::string(seen.status),
                   std::string(seen.reason),
                   std::string(utf8_prefix(seen.text, limits::kDiagnostic))};
  take_over(std::move(hold));
  return true;
}

void ReceiverWatch::remember(ReplySense sense, Timestamp time) {
  const bool one_more =
      sense == ReplySense::Accepted && !last_.empty() && last_.back().sense == ReplySense::Accepted;
  if (one_more) {
    ++last_.back().times;
  } else {
    last_.push_back({sense, 1, time});
  }
  if (++remembered_ <= kRemembered) return;
  --remembered_;
  if (--last_.front().times == 0) last_.erase(last_.begin());
}

void ReceiverWatch::measure(const Moment& at) {
  const auto past = at.now - stretch_begin_;
  if (past >= 10s) {
    answers_per_second_ = static_cast<double>(stretch_answers_) / seconds(past);
    stretch_begin_ = at.now;
    stretch_answers_ = 0;
  }
  ++stretch_answers_;
}

void ReceiverWatch::count_accepted(const Moment& at) {
  ++accepted_;
  ++quiet_accepted_;
  if (careful_ > 0) --careful_;
  if (at.now >= pause_until_) next_pause_ = settings_.pause;
}

/// Whether the answer asks for it, and is no echo of a signal before it.
bool ReceiverWatch::slow_down(const Moment& at, ReplySense sense) {
  double factor = 0.5;
  double least = kSlowest;
  switch (sense) {
    case ReplySense::TooFast:
    case ReplySense::TooMany:
      break;
    case ReplySense::Perhaps:
      least = kSlowestPerhaps;
      break;
    case ReplySense::PutOff:
      factor = 0.25;
      break;
    default:
      return false;
  }
  quiet_since_ = at.now;
  quiet_accepted_ = 0;
  if (at.now < pause_until_) return false;
  if (rate_ == 1 && share_ == 1) {
    constexpr std::uint64_t kEnough = 10;
    const double lately =
        static_cast<double>(stretch_answers_) / std::max(1.0, seconds(at.now - stretch_begin_));
    measured_ =
        stretch_answers_ >= kEnough ? std::max(answers_per_second_, lately) : answers_per_second_;
  }
  if (sense != ReplySense::TooMany) rate_ = std::min(rate_, std::max(least, rate_ * factor));
  share_ = std::min(share_, std::max(least, share_ * factor));
  const bool grows = sense != ReplySense::Perhaps;
  pause_until_ = at.now + (grows ? next_pause_ : settings_.pause);
  if (grows) next_pause_ = std::min(2 * next_pause_, settings_.longest_pause);
  return true;
}

/// Whether the pace rose.
bool ReceiverWatch::climb(milliseconds now) {
  bool climbed = false;
  while (rate_ < 1 || share_ < 1) {
    const auto begin = std::max(quiet_since_, pause_until_);
    const auto wait = quiet_accepted_ >= kAcceptedToClimb ? settings_.quiet : settings_.long_quiet;
    if (now - begin < wait) break;
    quiet_since_ = begin + wait;
    quiet_accepted_ = 0;
    rate_ = std::min(1.0, rate_ * kClimb);
    share_ = std::min(1.0, share_ * kClimb);
    climbed = true;
  }
  return climbed;
}

Pace ReceiverWatch::current() const {
  Pace pace;
  pace.factor = rate_;
  pace.per_second = rate_ < 1 ? measured_ * rate_ : 0;
  pace.share = share_;
  pace.pause_until = pause_until_;
  return pace;
}

}  // namespace hagaki::rules
