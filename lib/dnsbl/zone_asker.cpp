#include "dnsbl/zone_asker.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace hagaki::dnsbl {
namespace {

using std::chrono::milliseconds;

/// So many questions in a row without an answer, and a zone is set aside.
constexpr std::size_t kUnanswered = 8;
constexpr milliseconds kFirstRetry{5'000};
constexpr milliseconds kLastRetry{300'000};
/// Retries in vain after which there is no hope for now.
constexpr std::size_t kRetries = 3;
constexpr std::size_t kAnswersKept = 16'384;
/// A zone that has answered so many answers: what it leaves open was lost on the way.
constexpr std::uint64_t kAnswering = 1'000;

constexpr std::string_view kSetAside = "not asked: set aside after questions left unanswered";
constexpr std::string_view kSpent =
    "not asked: has answered as many questions as it takes in a day";

struct Question {
  std::string name;
  dns::Type type = dns::Type::A;
  ZoneAsker::Done done;
  bool again = false;  ///< was asked before, without an answer
};

/// One zone's questions, and how it does.
struct Lane {
  std::deque<Question> waiting;
  std::size_t open = 0;
  Pace allowed;  ///< by the zone's row
  Pace wanted;   ///< by the options
  std::optional<Allowance> quota;
  std::uint64_t today = 0;  ///< questions since the day began
  Timestamp day_began;
  bool spent = false;
  std::size_t unanswered = 0;  ///< in a row
  std::uint64_t answered = 0;
  bool aside = false;
  bool retrying = false;
  std::size_t retries = 0;  ///< in vain, since it was set aside
  milliseconds pause = kFirstRetry;
  Timestamp retry_at;
  Question last;        ///< that it left unanswered; without `done`
  dns::Answer failure;  ///< what that came to
  std::uint64_t questions = 0;
  std::uint64_t from_cache = 0;
  std::uint64_t times_aside = 0;
};

/// A recursive resolver says SERVFAIL of a zone whose servers are silent.
bool is_unanswered(const dns::Answer& answer) {
  return answer.status == dns::Status::Timeout || answer.status == dns::Status::ServFail;
}

dns::Answer refused() {
  dns::Answer answer;
  answer.status = dns::Status::Refused;
  return answer;
}

}  // namespace

struct ZoneAsker::State : std::enable_shared_from_this<ZoneAsker::State> {
  State(dns::Resolver& r, const std::vector<AskedZone>& z, const CheckOptions& o, Events e)
      : resolver(r), options(o), events(std::move(e)), cache(kAnswersKept), lanes(z.size()) {
    if (!options.wake_after) return;
    for (std::size_t i = 0; i < z.size(); ++i) {
      const auto limits = parse_limits(z[i].zone.limits);
      lanes[i].allowed = Pace(limits.rate);
      lanes[i].quota = limits.quota;
      if (options.zone_rate == 0) continue;
      const Allowance wanted{options.zone_rate, milliseconds(1000)};
      lanes[i].wanted = Pace(wanted, std::max<std::uint64_t>(options.zone_rate / 20, 1));
    }
  }

  dns::Resolver& resolver;
  const CheckOptions& options;
  Events events;
  AnswerCache cache;
  std::vector<Lane> lanes;
  std::size_t turn = 0;
  std::size_t open = 0;
  bool pumping = false;
  bool stopped = false;
  std::optional<Timestamp> wake_at;

  /// Sees to it that wake() is called at `when`, or before.
  void wake_by(Timestamp when, Timestamp now) {
    if (wake_at && *wake_at <= when && *wake_at > now) return;
    wake_at = when;
    options.wake_after(std::max(when - now, milliseconds(1)), [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->wake();
    });
  }

  void wake() {
    wake_at.reset();
    if (stopped) return;
    const auto now = options.now();
    for (std::size_t i = 0; i < lanes.size(); ++i) {
      auto& lane = lanes[i];
      if (!lane.aside || lane.retrying) continue;
      if (lane.retry_at > now) {
        wake_by(lane.retry_at, now);
      } else {
        lane.retrying = true;
        send(i, {lane.last.name, lane.last.type, {}, false}, now);
      }
    }
    pump();
  }

  void pump() {
    if (pumping || stopped) return;
    pumping = true;
    for (std::size_t idle = 0; idle < lanes.size() && open < options.max_in_flight;) {
      idle = send_next(turn) ? 0 : idle + 1;
      turn = (turn + 1) % lanes.size();
    }
    pumping = false;
  }

  /// False where nothing of this zone waits, or nothing may go.
  bool send_next(std::size_t zone) {
    auto& lane = lanes[zone];
    if (lane.waiting.empty()) return false;
    if (options.zone_in_flight > 0 && lane.open >= options.zone_in_flight) return false;
    const auto now = options.now();
    if (is_spent(zone, now)) {
      give_all(lane, refused(), kSpent);
      return false;
    }
    const auto wait = std::max(lane.allowed.wait(now), lane.wanted.wait(now));
    if (wait.count() > 0) {
      wake_by(now + wait, now);
      return false;
    }
    auto question = std::move(lane.waiting.front());
    lane.waiting.pop_front();
    send(zone, std::move(question), now);
    return true;
  }

  bool is_spent(std::size_t zone, Timestamp now) {
    auto& lane = lanes[zone];
    if (!lane.quota) return false;
    if (lane.today == 0 || now - lane.day_began >= lane.quota->within) {
      lane.day_began = now;
      lane.today = 0;
      lane.spent = false;
    }
    if (lane.today < lane.quota->questions) return false;
    if (!std::exchange(lane.spent, true)) {
      events.notice(NoticeKind::QuotaSpent, zone,
                    std::to_string(lane.quota->questions) + " questions a day");
    }
    return true;
  }

  void send(std::size_t zone, Question question, Timestamp now) {
    auto& lane = lanes[zone];
    lane.allowed.take();
    lane.wanted.take();
    ++lane.today;
    ++lane.questions;
    ++lane.open;
    ++open;
    // The name is handed over before the question is kept for its answer.
    const auto name = question.name;
    const auto type = question.type;
    resolver.query(name, type,
                   [weak = weak_from_this(), zone, now,
                    question = std::move(question)](const dns::Answer& answer) mutable {
                     if (const auto self = weak.lock()) self->arrived(zone, question, answer, now);
                   });
  }

  void arrived(std::size_t zone, Question& question, const dns::Answer& answer, Timestamp sent) {
    auto& lane = lanes[zone];
    --lane.open;
    --open;
    const auto now = options.now();
    cache.keep(question.name, question.type, answer, now);
    const bool lost = answer.status == dns::Status::Timeout && question.done && !question.again &&
                      lane.answered >= kAnswering;
    if (!lost && question.done) question.done(answer, {now - sent});
    note(zone, question, answer, now);
    if (lost && lane.aside) {
      question.done(answer, {now - sent});
    } else if (lost) {
      question.again = true;
      lane.waiting.push_front(std::move(question));
    }
    pump();
    events.room();
  }

  /// Sets the zone aside, or takes it back, by this answer.
  void note(std::size_t zone, const Question& question, const dns::Answer& answer, Timestamp now) {
    auto& lane = lanes[zone];
    const bool retry = !question.done;
    if (retry) lane.retrying = false;
    if (!is_unanswered(answer)) {
      ++lane.answered;
      lane.unanswered = 0;
      lane.pause = kFirstRetry;
      if (std::exchange(lane.aside, false)) events.notice(NoticeKind::Back, zone, {});
      return;
    }
    if (!options.wake_after) return;
    ++lane.unanswered;
    if (retry && lane.aside) {
      ++lane.retries;
      lane.pause = std::min(lane.pause * 2, kLastRetry);
    } else if (lane.aside || lane.unanswered < kUnanswered) {
      return;
    } else {
      lane.aside = true;
      lane.retries = 0;
      ++lane.times_aside;
      events.notice(NoticeKind::SetAside, zone, counted(lane.unanswered, "question"));
    }
    lane.last = {question.name, question.type, {}, false};
    lane.failure = answer;
    lane.retry_at = now + lane.pause;
    wake_by(lane.retry_at, now);
    give_all(lane, lane.failure, kSetAside);
  }

  static void give_all(Lane& lane, const dns::Answer& answer, std::string_view why) {
    for (const auto& question : std::exchange(lane.waiting, {})) {
      question.done(answer, {milliseconds(0), question.again ? std::string_view() : why});
    }
  }
};

ZoneAsker::ZoneAsker(dns::Resolver& resolver, const std::vector<AskedZone>& zones,
                     const CheckOptions& options, Events events)
    : state_(std::make_shared<State>(resolver, zones, options, std::move(events))) {}

ZoneAsker::~ZoneAsker() = default;

void ZoneAsker::ask(std::size_t zone, std::string name, dns::Type type, bool soon, Done done) {
  auto& lane = state_->lanes[zone];
  if (const auto* kept = state_->cache.find(name, type, state_->options.now())) {
    ++lane.from_cache;
    const auto answer = *kept;
    done(answer, {});
    return;
  }
  if (lane.aside) {
    const auto answer = lane.failure;
    done(answer, {milliseconds(0), kSetAside});
    return;
  }
  Question question{std::move(name), type, std::move(done)};
  if (soon) {
    lane.waiting.push_front(std::move(question));
  } else {
    lane.waiting.push_back(std::move(question));
  }
}

void ZoneAsker::pump() {
  state_->pump();
}

void ZoneAsker::stop() {
  state_->stopped = true;
}

std::size_t ZoneAsker::open() const {
  return state_->open;
}

bool ZoneAsker::hungry() const {
  const auto most = state_->options.zone_in_flight;
  bool any = false;
  for (const auto& lane : state_->lanes) {
    if (lane.questions == 0) continue;
    any = true;
    if (!lane.aside && lane.waiting.empty() && (most == 0 || lane.open < most)) return true;
  }
  return !any;
}

bool ZoneAsker::all_silent() const {
  std::size_t silent = 0;
  for (const auto& lane : state_->lanes) {
    if (lane.questions > 0 && !lane.aside) return false;
    if (lane.aside) ++silent;
  }
  return silent > 0;
}

bool ZoneAsker::given_up() const {
  if (!all_silent()) return false;
  return std::all_of(state_->lanes.begin(), state_->lanes.end(),
                     [](const Lane& lane) { return !lane.aside || lane.retries >= kRetries; });
}

ZoneAsker::Counts ZoneAsker::counts(std::size_t zone) const {
  const auto& lane = state_->lanes[zone];
  return {lane.questions, lane.from_cache, lane.times_aside};
}

}  // namespace hagaki::dnsbl
