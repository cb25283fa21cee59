#include "dnsbl/check.h"

#include <algorithm>
#include <cassert>
#include <deque>
#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "dns/query_form.h"

namespace hagaki::dnsbl {
namespace {

constexpr std::size_t kKinds = kAllKinds.size();

/// After so many targets in a row without a word from anywhere a resolver that was there is gone.
constexpr std::size_t kSilentTargets = 8;

/// A target on its way, and the listings it has so far.
struct Job {
  Target target;
  std::vector<Listing> rows;
  std::size_t open = 0;  ///< rows that are not decided
  bool done = false;
  bool asked = false;  ///< some list was asked about it
  bool heard = false;  ///< and somebody answered
};

/// What is known about one zone's test points for one kind, and who waits to hear it.
struct Tested {
  bool asked = false;
  bool known = false;
  Verdict verdict;  ///< of a failed test
  bool passed = false;
  bool silent = false;  ///< nobody answered
  std::vector<std::function<void()>> waiting;
};

std::string name_of(std::string_view question, const AskedZone& asked) {
  const auto zone = asked.key.empty() ? asked.zone.zone : asked.key + '.' + asked.zone.zone;
  return dns::query_form(question, zone).value_or("");
}

/// `text` without the key, should a list quote the question.
std::string without_key(std::string text, const std::string& key) {
  if (key.empty()) return text;
  for (auto at = ascii_ifind(text, key); at != std::string::npos; at = ascii_ifind(text, key, at)) {
    text.replace(at, key.size(), "(key)");
    at += 5;
  }
  return text;
}

/// True when somebody answered, whatever it was.
bool is_word(const dns::Answer& answer) {
  return answer.status != dns::Status::Timeout && answer.status != dns::Status::Local;
}

std::string words_of(const dns::Answer& answer) {
  if (answer.status != dns::Status::Ok) return {};
  std::string text;
  for (const auto& record : answer.records) {
    if (!text.empty()) text += "; ";
    text += record.data;
    if (text.size() > limits::kDiagnostic) break;
  }
  const auto clean = squeeze(to_valid_utf8(text));
  return std::string(utf8_prefix(clean, limits::kDiagnostic));
}

}  // namespace

struct Check::State : std::enable_shared_from_this<Check::State> {
  State(dns::Resolver& r, const std::vector<AskedZone>& z, CheckOptions o)
      : resolver(r),
        zones(z),
        options(std::move(o)),
        guards(z.size() * kKinds),
        self_tests(z.size() * kKinds) {}

  dns::Resolver& resolver;
  const std::vector<AskedZone>& zones;
  CheckOptions options;
  std::vector<Tested> guards;      ///< does the zone list its unlisted test point?
  std::vector<Tested> self_tests;  ///< does the zone pass both test points?
  std::vector<Target> targets;
  OnTarget on_target;
  OnEnd on_end;
  std::deque<std::shared_ptr<Job>> jobs;  ///< begun and not handed out, in order
  std::size_t next = 0;
  std::size_t in_flight = 0;
  bool heard_anything = false;  ///< some server said something
  std::size_t silent = 0;       ///< targets handed out in a row that nobody said anything about
  std::string last_failure;
  bool beginning = false;
  bool ended = false;

  /// Asks, and calls `done` unless the check is gone or over by then.
  void ask(const std::string& name, dns::Type type, std::function<void(const dns::Answer&)> done) {
    ++in_flight;
    resolver.query(name, type,
                   [weak = weak_from_this(), done = std::move(done)](const dns::Answer& answer) {
                     const auto self = weak.lock();
                     if (!self || self->ended) return;
                     --self->in_flight;
                     self->note(answer);
                     done(answer);
                     if (!self->ended) self->advance();
                   });
  }

  void note(const dns::Answer& answer) {
    if (is_word(answer)) {
      heard_anything = true;
    } else {
      last_failure = answer.detail;
    }
  }

  /// Begins as many targets as the bound allows and hands out those that are done.
  void advance() {
    if (beginning) return;
    beginning = true;
    while (!ended && next < targets.size() && in_flight < options.max_in_flight) {
      begin(targets[next++]);
      hand_out();
    }
    beginning = false;
    if (!ended) hand_out();
    if (!ended && jobs.empty() && next == targets.size()) end({});
  }

  void hand_out() {
    while (!ended && !jobs.empty() && jobs.front()->done) {
      const auto job = std::move(jobs.front());
      jobs.pop_front();
      const bool quiet = job->asked && !job->heard;
      silent = quiet ? silent + 1 : 0;
      if (quiet && (!heard_anything || silent > kSilentTargets)) {
        end({true, last_failure});
        return;
      }
      on_target(job->target, std::move(job->rows));
    }
  }

  void end(const CheckEnd& how) {
    ended = true;
    on_end(how);
  }

  void begin(const Target& target) {
    auto job = std::make_shared<Job>();
    job->target = target;
    jobs.push_back(job);
    std::vector<std::size_t> fitting;
    for (std::size_t i = 0; i < zones.size(); ++i) {
      if (zones[i].zone.fits(target.kind)) fitting.push_back(i);
    }
    job->rows.resize(fitting.size());
    job->open = fitting.size();
    job->done = fitting.empty();
    for (std::size_t row = 0; row < fitting.size(); ++row) {
      job->rows[row].target = target;
      job->rows[row].zone = &zones[fitting[row]].zone;
    }
    for (std::size_t row = 0; row < fitting.size(); ++row) begin_row(job, row, fitting[row]);
  }

  void begin_row(const std::shared_ptr<Job>& job, std::size_t row, std::size_t zone) {
    if (!options.self_test || !zones[zone].zone.test(job->target.kind)) {
      ask_listing(job, row, zone);
      return;
    }
    self_test(zone, job->target.kind, [this, job, row, zone] {
      const auto& test = self_tests[slot(zone, job->target.kind)];
      if (test.passed) return ask_listing(job, row, zone);
      job->asked = true;
      job->heard = job->heard || !test.silent;
      job->rows[row].verdict = test.verdict;
      decide(*job, row);
    });
  }

  void ask_listing(const std::shared_ptr<Job>& job, std::size_t row, std::size_t zone) {
    const auto name = name_of(job->target.question, zones[zone]);
    if (name.empty()) {
      job->rows[row].verdict = {Outcome::Error, {}, "too long to be asked in this zone"};
      decide(*job, row);
      return;
    }
    job->asked = true;
    const auto started = options.now();
    ask(name, dns::Type::A, [this, job, row, zone, name, started](const dns::Answer& answer) {
      job->heard = job->heard || is_word(answer);
      auto& listing = job->rows[row];
      listing.verdict = judge(zones[zone].zone, answer);
      listing.verdict.meaning = without_key(std::move(listing.verdict.meaning), zones[zone].key);
      listing.elapsed_ms = (options.now() - started).count();
      if (listing.verdict.outcome != Outcome::Listed) return decide(*job, row);
      confirm(job, row, zone, name);
    });
  }

  /// A listing stands when the zone does not list the world; its own words come along.
  void confirm(const std::shared_ptr<Job>& job, std::size_t row, std::size_t zone,
               const std::string& name) {
    auto both = std::make_shared<int>(2);
    const auto one_done = [this, job, row, both] {
      if (--*both == 0) decide(*job, row);
    };
    ask(name, dns::Type::Txt, [this, job, row, zone, one_done](const dns::Answer& answer) {
      job->rows[row].text = without_key(words_of(answer), zones[zone].key);
      one_done();
    });
    guard(zone, job->target.kind, [this, job, row, zone, one_done] {
      const auto& test = guards[slot(zone, job->target.kind)];
      if (!test.passed) {
        job->rows[row].verdict.outcome = Outcome::Error;
        job->rows[row].verdict.meaning = test.verdict.meaning;
      }
      one_done();
    });
  }

  void decide(Job& job, std::size_t row) {
    auto& listing = job.rows[row];
    listing.time = options.now();
    if (listing.verdict.outcome != Outcome::Listed) listing.text.clear();
    if (listing.verdict.outcome == Outcome::Listed && listing.zone->list != ListKind::Allow) {
      listing.delist_url = fill_url(listing.zone->delist_url, listing.target);
    }
    assert(job.open > 0);
    job.done = --job.open == 0;
  }

  static std::size_t slot(std::size_t zone, Kind kind) {
    return zone * kKinds + static_cast<std::size_t>(kind);
  }

  void settle(Tested& test, bool passed, Verdict verdict) {
    test.known = true;
    test.passed = passed;
    test.verdict = std::move(verdict);
    for (const auto& wake : std::exchange(test.waiting, {})) wake();
  }

  /// Calls `then` once it is known whether `zone` lists what it must not.
  void guard(std::size_t zone, Kind kind, std::function<void()> then) {
    auto& test = guards[slot(zone, kind)];
    const auto& points = zones[zone].zone.test(kind);
    const auto question = points ? question_for(kind, points->unlisted) : std::nullopt;
    const auto name = question ? name_of(*question, zones[zone]) : std::string();
    if (!test.asked && name.empty()) {
      test.asked = test.known = test.passed = true;
    }
    if (test.known) return then();
    test.waiting.push_back(std::move(then));
    if (std::exchange(test.asked, true)) return;
    ask(name, dns::Type::A, [this, &test, zone, point = points->unlisted](const auto& answer) {
      auto verdict = judge(zones[zone].zone, answer);
      const bool says_all =
          answer.status == dns::Status::Ok &&
          (verdict.outcome == Outcome::Listed || verdict.outcome == Outcome::Error);
      if (says_all) {
        verdict = {Outcome::Error, {}, "lists the world, " + point + " too"};
      }
      settle(test, !says_all, std::move(verdict));
    });
  }

  /// Calls `then` once `zone` has passed or failed both its test points.
  void self_test(std::size_t zone, Kind kind, std::function<void()> then) {
    auto& test = self_tests[slot(zone, kind)];
    if (test.known) return then();
    test.waiting.push_back(std::move(then));
    if (std::exchange(test.asked, true)) return;
    const auto& points = *zones[zone].zone.test(kind);
    const auto name = name_of(question_for(kind, points.listed).value_or(""), zones[zone]);
    if (name.empty()) {
      settle(test, false, {Outcome::Error, {}, "its test point cannot be asked"});
      return;
    }
    auto ask_unlisted = [this, &test, zone, kind] {
      guard(zone, kind, [this, &test, zone, kind] {
        const auto& unlisted = guards[slot(zone, kind)];
        settle(test, unlisted.passed, unlisted.verdict);
      });
    };
    ask(name, dns::Type::A, [this, &test, zone, points, ask_unlisted](const dns::Answer& answer) {
      test.silent = !is_word(answer);
      auto verdict = judge(zones[zone].zone, answer);
      if (verdict.outcome == Outcome::Listed) return ask_unlisted();
      if (verdict.outcome == Outcome::NotListed) {
        verdict = {Outcome::Error, {}, "does not list its test point " + points.listed};
      } else {
        verdict.meaning = "failed its self-test: " + verdict.meaning;
      }
      settle(test, false, std::move(verdict));
    });
  }
};

Check::Check(dns::Resolver& resolver, const std::vector<AskedZone>& zones, CheckOptions options)
    : state_(std::make_shared<State>(resolver, zones, std::move(options))) {
  assert(state_->options.now && state_->options.max_in_flight > 0);
}

Check::~Check() {
  state_->ended = true;
}

void Check::start(std::vector<Target> targets, OnTarget on_target, OnEnd on_end) {
  state_->targets = std::move(targets);
  state_->on_target = std::move(on_target);
  state_->on_end = std::move(on_end);
  state_->advance();
}

}  // namespace hagaki::dnsbl
