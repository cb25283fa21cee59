#include "dnsbl/check.h"

#include <algorithm>
#include <cassert>
#include <deque>
#include <utility>

#include "dnsbl/check_job.h"
#include "dnsbl/list_words.h"
#include "dnsbl/listing_streak.h"
#include "dnsbl/zone_asker.h"
#include "dnsbl/zone_tests.h"

namespace hagaki::dnsbl {
namespace {

constexpr std::size_t kKinds = kAllKinds.size();

/// After so many targets in a row without a word from anywhere a resolver that was there is gone.
constexpr std::size_t kSilentTargets = 8;
/// Rows begun and not handed out: what a zone may lag behind the others.
constexpr std::size_t kOpenRows = 16'384;
constexpr std::size_t kFewestOpenTargets = 64;
constexpr std::size_t kMostOpenTargets = 4'096;

/// What one zone makes of targets of one kind.
struct Conduct {
  ListingStreak streak;
  bool disqualified = false;
  bool barred = false;       ///< not asked any more
  std::uint64_t listed = 0;  ///< handed out
};

}  // namespace

struct Check::State {
  State(dns::Resolver& r, const std::vector<AskedZone>& z, CheckOptions o)
      : zones(z),
        options(std::move(o)),
        asker(r, z, options,
              {[this] { advance(); },
               [this](NoticeKind kind, std::size_t zone, std::string detail) {
                 tell({kind, &zones[zone].zone, {}, 0, std::move(detail)});
               }}),
        tests(z,
              [this](std::size_t zone, const std::string& name, ZoneAsker::Done done) {
                ask(zone, name, dns::Type::A, true, std::move(done));
              }),
        conduct(z.size() * kKinds, {ListingStreak(options.recheck_listings)}),
        counts(z.size()),
        window(std::clamp(kOpenRows / std::max<std::size_t>(z.size(), 1), kFewestOpenTargets,
                          kMostOpenTargets)) {
    for (std::size_t i = 0; i < z.size(); ++i) counts[i].zone = &z[i].zone;
  }

  const std::vector<AskedZone>& zones;
  CheckOptions options;
  ZoneAsker asker;
  ZoneTests tests;
  std::vector<Conduct> conduct;
  std::vector<ZoneCount> counts;
  std::size_t window;  ///< targets begun and not handed out, at most
  Source source;
  OnTarget on_target;
  OnEnd on_end;
  std::deque<std::shared_ptr<CheckJob>> jobs;  ///< begun and not handed out, in order
  bool source_ended = false;
  bool source_waits = false;
  bool heard_anything = false;  ///< some server said something
  std::size_t silent = 0;       ///< targets handed out in a row that nobody said anything about
  std::string last_failure;
  bool advancing = false;
  bool ended = false;

  /// Asks, and calls `done` unless the check is over by then.
  void ask(std::size_t zone, const std::string& name, dns::Type type, bool soon,
           ZoneAsker::Done done) {
    asker.ask(zone, name, type, soon,
              [this, done = std::move(done)](const dns::Answer& answer, const auto& how) {
                if (ended) return;
                if (how.unasked.empty()) note(answer);
                done(answer, how);
              });
  }

  void note(const dns::Answer& answer) {
    if (is_word(answer)) {
      heard_anything = true;
    } else {
      last_failure = answer.detail;
    }
  }

  void tell(const ZoneNotice& notice) {
    if (!options.on_notice || ended) return;
    // With nobody there at all it is not the zones.
    if (notice.kind == NoticeKind::SetAside && !heard_anything) return;
    options.on_notice(notice);
  }

  /// Begins as many targets as the bounds allow and hands out those that are done.
  void advance() {
    if (advancing || ended) return;
    advancing = true;
    for (;;) {
      asker.pump();
      hand_out();
      if (!may_begin()) break;
      Target target;
      const auto next = source(target);
      source_waits = next == Next::NotYet;
      source_ended = next == Next::End;
      if (next == Next::Target) begin(std::move(target));
    }
    advancing = false;
    if (ended || !jobs.empty()) return;
    if (source_ended) {
      end({});
    } else if (asker.given_up()) {
      end({true, last_failure.empty() ? "no list answers any more" : last_failure});
    }
  }

  [[nodiscard]] bool may_begin() const {
    if (ended || source_ended || source_waits) return false;
    if (jobs.size() >= window || asker.open() >= options.max_in_flight) return false;
    // With nobody there to answer targets would only be lost: then no list is hungry.
    return asker.hungry();
  }

  void hand_out() {
    while (!ended && !jobs.empty() && jobs.front()->done) {
      const auto job = std::move(jobs.front());
      jobs.pop_front();
      const bool quiet = job->asked && !job->heard;
      silent = quiet ? silent + 1 : 0;
      const bool lost = !options.wake_after && silent > kSilentTargets;
      if (quiet && (!heard_anything || lost)) {
        end({true, last_failure});
        return;
      }
      for (std::size_t row = 0; row < job->rows.size(); ++row) {
        const auto outcome = job->rows[row].verdict.outcome;
        counts[job->zones[row]].add(outcome);
        if (outcome == Outcome::Listed) ++conduct[slot(job->zones[row], job->target.kind)].listed;
      }
      on_target(job->target, std::move(job->rows));
    }
  }

  void end(const CheckEnd& how) {
    ended = true;
    asker.stop();
    on_end(how);
  }

  void begin(Target target) {
    auto job = std::make_shared<CheckJob>();
    job->target = std::move(target);
    for (std::size_t i = 0; i < zones.size(); ++i) {
      if (zones[i].zone.fits(job->target.kind)) job->zones.push_back(i);
    }
    job->rows.resize(job->zones.size());
    job->open = job->rows.size();
    job->done = job->rows.empty();
    jobs.push_back(job);
    for (std::size_t row = 0; row < job->rows.size(); ++row) {
      job->rows[row].target = job->target;
      job->rows[row].zone = &zones[job->zones[row]].zone;
    }
    for (std::size_t row = 0; row < job->rows.size(); ++row) begin_row(job, row, job->zones[row]);
  }

  void begin_row(const std::shared_ptr<CheckJob>& job, std::size_t row, std::size_t zone) {
    if (options.known && options.known(job->rows[row])) {
      ++counts[zone].known;
      job->close_row();
      return;
    }
    const auto kind = job->target.kind;
    if (conduct[slot(zone, kind)].barred) {
      job->rows[row].verdict = {Outcome::Error, {}, tests.guard_of(zone, kind).verdict.meaning};
      decide(*job, row);
      return;
    }
    if (!options.self_test || !zones[zone].zone.test(kind)) {
      ask_listing(job, row, zone);
      return;
    }
    tests.self_test(zone, kind, [this, job, row, zone, kind] {
      const auto& test = tests.self_test_of(zone, kind);
      if (test.passed) return ask_listing(job, row, zone);
      job->asked = true;
      job->heard = job->heard || !test.silent;
      job->rows[row].verdict = test.verdict;
      decide(*job, row);
    });
  }

  void ask_listing(const std::shared_ptr<CheckJob>& job, std::size_t row, std::size_t zone) {
    const auto name = question_name(job->target.question, zones[zone]);
    if (name.empty()) {
      job->rows[row].verdict = {Outcome::Error, {}, "too long to be asked in this zone"};
      decide(*job, row);
      return;
    }
    job->asked = true;
    auto early = options.eager ? std::make_shared<ListWords>() : nullptr;
    ask(zone, name, dns::Type::A, false,
        [this, job, row, zone, early](const dns::Answer& answer, const auto& how) {
          job->heard = job->heard || (how.unasked.empty() && is_word(answer));
          auto& listing = job->rows[row];
          listing.verdict = judge(zones[zone].zone, answer);
          listing.verdict.meaning =
              how.unasked.empty() ? without_key(std::move(listing.verdict.meaning), zones[zone].key)
                                  : std::string(how.unasked);
          listing.elapsed_ms = how.elapsed.count();
          follow(zone, job->target.kind, listing.verdict.outcome);
          if (listing.verdict.outcome != Outcome::Listed) return decide(*job, row);
          auto words = early ? early : std::make_shared<ListWords>();
          if (!early) ask_words(zone, question_name(job->target.question, zones[zone]), words);
          confirm(job, row, zone, words);
        });
    if (!early) return;
    asker.pump();  // the question itself goes first
    ask_words(zone, name, early);
    tests.guard(zone, job->target.kind, [] {});
  }

  void ask_words(std::size_t zone, const std::string& name,
                 const std::shared_ptr<ListWords>& words) {
    ask(zone, name, dns::Type::Txt, true,
        [this, zone, words](const dns::Answer& answer, const auto&) {
          words->text = words_of(answer, zones[zone].key);
          words->known = true;
          if (words->then) words->then();
        });
  }

  /// A listing stands when the zone does not list the world; its own words come along.
  void confirm(const std::shared_ptr<CheckJob>& job, std::size_t row, std::size_t zone,
               const std::shared_ptr<ListWords>& words) {
    auto both = std::make_shared<int>(2);
    const auto one_done = [this, job, row, both] {
      if (--*both == 0) decide(*job, row);
    };
    const auto take_words = [job, row, one_done, it = words.get()] {
      job->rows[row].text = it->text;
      one_done();
    };
    if (words->known) {
      take_words();
    } else {
      words->then = take_words;
    }
    const auto kind = job->target.kind;
    tests.guard(zone, kind, [this, job, row, zone, kind, one_done] {
      const auto& test = tests.guard_of(zone, kind);
      if (!test.passed) {
        disqualify(zone, kind);
        refute(job->rows[row], test.verdict.meaning);
      }
      one_done();
    });
  }

  void follow(std::size_t zone, Kind kind, Outcome outcome) {
    auto& how = conduct[slot(zone, kind)];
    if (outcome == Outcome::NotListed && !how.disqualified) how.streak.not_listed();
    if (outcome != Outcome::Listed || !how.streak.listed()) return;
    if (how.disqualified) {
      how.barred = true;
      return;
    }
    const auto moment = static_cast<std::uint64_t>(options.now().time_since_epoch().count());
    if (tests.renew(zone, kind, moment * 1024 + slot(zone, kind))) how.streak.tested();
  }

  void disqualify(std::size_t zone, Kind kind) {
    auto& how = conduct[slot(zone, kind)];
    if (std::exchange(how.disqualified, true)) return;
    how.barred = how.streak.is_long();
    const auto& why = tests.guard_of(zone, kind).verdict.meaning;
    // What has not been handed out yet can still be put right.
    for (const auto& job : jobs) {
      if (job->target.kind != kind) continue;
      for (auto& row : job->rows) {
        if (row.zone == &zones[zone].zone && row.verdict.outcome == Outcome::Listed) {
          refute(row, why);
        }
      }
    }
    auto& count = counts[zone];
    count.disqualified = true;
    count.doubtful += how.listed;
    tell({NoticeKind::Disqualified, &zones[zone].zone, kind, how.listed, why});
  }

  void decide(CheckJob& job, std::size_t row) {
    auto& listing = job.rows[row];
    listing.time = options.now();
    if (listing.verdict.outcome != Outcome::Listed) listing.text.clear();
    set_delisting_page(listing);
    job.close_row();
  }

  static std::size_t slot(std::size_t zone, Kind kind) {
    return zone * kKinds + static_cast<std::size_t>(kind);
  }
};

Check::Check(dns::Resolver& resolver, const std::vector<AskedZone>& zones, CheckOptions options)
    : state_(std::make_shared<State>(resolver, zones, std::move(options))) {
  assert(state_->options.now && state_->options.max_in_flight > 0);
}

Check::~Check() {
  state_->ended = true;
  state_->asker.stop();
}

void Check::start(std::vector<Target> targets, OnTarget on_target, OnEnd on_end) {
  auto at = std::size_t{0};
  start(
      [targets = std::move(targets), at](Target& target) mutable {
        if (at == targets.size()) return Next::End;
        target = std::move(targets[at++]);
        return Next::Target;
      },
      std::move(on_target), std::move(on_end));
}

void Check::start(Source source, OnTarget on_target, OnEnd on_end) {
  state_->source = std::move(source);
  state_->on_target = std::move(on_target);
  state_->on_end = std::move(on_end);
  state_->advance();
}

void Check::more() {
  state_->source_waits = false;
  state_->advance();
}

std::vector<ZoneCount> Check::counts() const {
  auto out = state_->counts;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto asked = state_->asker.counts(i);
    out[i].questions = asked.questions;
    out[i].from_cache = asked.from_cache;
    out[i].set_aside = asked.set_aside;
  }
  return out;
}

}  // namespace hagaki::dnsbl
