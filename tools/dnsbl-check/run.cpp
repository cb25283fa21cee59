#include "run.h"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <utility>

#include "base/text.h"
#include "dnsbl/check.h"
#include "zone_summary.h"

using namespace hagaki;

namespace {

/// Questions open at once, all lists together: so many fit into the socket of a server that has the
/// usual 208 KiB for it (at 768 bytes each). What does not fit is lost, and so is the repetition
/// as long as the rest keeps the socket full.
constexpr std::size_t kQuestionsAtOnce = 256;
/// A list that has listed so many targets in a row is tested again.
constexpr std::size_t kRecheckListings = 16;
constexpr std::size_t kSummaryColumns = 80;

const char* plural_of(dnsbl::Kind kind) {
  switch (kind) {
    case dnsbl::Kind::Ip4:
      return "IPv4 addresses";
    case dnsbl::Kind::Ip6:
      return "IPv6 addresses";
    case dnsbl::Kind::Domain:
      break;
  }
  return "domains";
}

/// What the answers come to.
Ending judge_answers(const Options& options, const Tally& tally, std::size_t bad) {
  if (tally.asked > 0 && tally.refused_by_rcode == tally.asked) {
    return {cli::Exit::TempFail,
            "every question was refused: the resolver may not serve this machine"};
  }
  Ending out;
  const bool quorum =
      tally.judged() * 100 >= static_cast<std::size_t>(options.quorum) * tally.asked;
  if (!quorum) {
    out = {cli::Exit::TempFail, "only " + std::to_string(tally.judged()) + " of " +
                                    std::to_string(tally.asked) + " questions could be judged, " +
                                    std::to_string(options.quorum) + " % are wanted (--quorum)"};
  } else if (bad > 0) {
    out = {cli::Exit::Data, {}};
  }
  // One list that has an entry is an answer, whatever the others would have said.
  if (tally.listed > 0) out.exit = cli::Exit::No;
  return out;
}

/// What the run comes to, of `bad` targets that nobody could be asked about.
Ending judge_run(const Options& options, const TargetStream& targets, std::size_t bad,
                 const dnsbl::CheckEnd& end, const Tally& tally, const Edges& edges) {
  if (targets.failure()) {
    return {cli::exit_for(targets.failure()->code), targets.failure()->text()};
  }
  // An empty answer would read as "nothing is listed".
  if (targets.given() == 0) {
    if (bad > 0) return {cli::Exit::Data, {}};
    return {cli::Exit::NoInput, "no target was given"};
  }
  if (end.resolver_dead) {
    const auto what = end.detail.empty() ? "no answer from " + edges.resolver_name : end.detail;
    return {cli::Exit::TempFail,
            what + (tally.targets > 0 ? ": the rest was not asked" : ": nothing could be judged")};
  }
  return judge_answers(options, tally, bad);
}

/// One or two targets, as a person asks about them: they are worth the questions that spare them a
/// round trip.
bool is_short(const Options& options) {
  if (options.targets.empty() || options.targets.size() > 2) return false;
  return std::none_of(options.targets.begin(), options.targets.end(), [](const auto& target) {
    return target == "-" || target.find('/') != std::string::npos;
  });
}

/// `written`: listings that are in doubt now have been reported.
void tell(const dnsbl::ZoneNotice& notice, bool written, cli::Log& log) {
  const auto& zone = notice.zone->zone;
  switch (notice.kind) {
    case dnsbl::NoticeKind::SetAside:
      log.warning(zone + ": left " + notice.detail +
                  " in a row unanswered: set aside, to be tried again");
      break;
    case dnsbl::NoticeKind::Back:
      log.warning(zone + ": answers again");
      break;
    case dnsbl::NoticeKind::QuotaSpent:
      log.warning(zone + ": takes " + notice.detail + ": not asked any more");
      break;
    case dnsbl::NoticeKind::Disqualified:
      // Where nothing had been reported before, the rows say it.
      if (notice.doubtful == 0) break;
      log.warning(zone + ": " + notice.detail + ": disqualified; " +
                  counted(notice.doubtful, "listing") +
                  (written ? " reported before must be doubted" : " by it not counted"));
      break;
  }
}

dnsbl::CheckOptions check_options_for(const Options& options, Recall* recall, const Edges& edges) {
  dnsbl::CheckOptions out;
  out.self_test = options.self_test;
  out.max_in_flight = questions_at_once(options);
  out.now = edges.now;
  out.wake_after = edges.wake_after;
  out.zone_in_flight = static_cast<std::size_t>(options.in_flight);
  out.zone_rate = static_cast<std::uint64_t>(options.rate);
  out.recheck_listings = kRecheckListings;
  out.eager = is_short(options);
  if (recall != nullptr) {
    out.known = [recall](dnsbl::Listing& listing) { return recall->fill(listing); };
  }
  return out;
}

/// Gives out targets; where standard input has none now, sees to it that the check asks again.
dnsbl::Check::Next next_target(TargetStream& targets, dnsbl::Target& target,
                               const std::unique_ptr<dnsbl::Check>& check, const Edges& edges) {
  const auto next = targets.next(target);
  if (next == dnsbl::Check::Next::NotYet) {
    edges.when_readable(targets.input(), [&check] { check->more(); });
  }
  return next;
}

}  // namespace

std::size_t questions_at_once(const Options& options) {
  return std::max(kQuestionsAtOnce, static_cast<std::size_t>(options.in_flight));
}

RunEnd run(const Options& options, const dnsbl::Selection& selection, TargetStream& targets,
           Recall* recall, const Edges& edges, Report& report, cli::Log& log) {
  Tally tally;
  bool writable = true;
  bool flush_posted = false;
  bool ended = false;
  std::size_t no_list = 0;
  dnsbl::CheckEnd end;
  std::unique_ptr<dnsbl::Check> check;
  const auto stop_writing = [&] {
    writable = false;
    edges.stop();
  };
  // What one round of the loop brought goes out at its end, in one write.
  const auto flush_soon = [&] {
    if (std::exchange(flush_posted, true)) return;
    edges.post([&] {
      flush_posted = false;
      if (!ended && writable && !report.flush()) stop_writing();
    });
  };
  const auto take = [&](const dnsbl::Target& target, std::vector<dnsbl::Listing> rows) {
    if (!writable) return;
    if (rows.empty()) {
      ++no_list;
      log.bad_line(target.text + ": no list that is asked takes " + plural_of(target.kind));
      return;
    }
    tally.count(rows);
    if (!report.add(target, std::move(rows))) return stop_writing();
    flush_soon();
  };
  auto check_options = check_options_for(options, recall, edges);
  check_options.on_notice = [&](const dnsbl::ZoneNotice& notice) {
    bool written = true;
    if (notice.kind == dnsbl::NoticeKind::Disqualified) {
      tally.disqualified(*notice.zone, notice.target_kind);
      written = !report.disqualified(*notice.zone, notice.target_kind, notice.detail);
    }
    tell(notice, written, log);
  };
  check = std::make_unique<dnsbl::Check>(edges.resolver, selection.zones, check_options);
  check->start([&](dnsbl::Target& target) { return next_target(targets, target, check, edges); },
               take,
               [&](const dnsbl::CheckEnd& how) {
                 ended = true;
                 end = how;
                 edges.stop();
               });
  if (!ended && writable) edges.wait();
  const auto counts = check->counts();
  check.reset();
  log.end_bad_lines();
  const auto ending = judge_run(options, targets, targets.bad() + no_list, end, tally, edges);
  if (!writable || !report.finish(tally, ending)) return {cli::Exit::Io, tally};
  if (recall != nullptr) recall->finish();
  if (options.summary) std::fputs(zone_summary(counts, kSummaryColumns).c_str(), stderr);
  if (!ending.trouble.empty()) log.error(ending.trouble);
  return {ending.exit, tally};
}
