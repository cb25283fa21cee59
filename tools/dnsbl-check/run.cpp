#include "run.h"

#include <utility>

#include "dnsbl/check.h"

using namespace hagaki;

namespace {

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

cli::Exit judge_run(const Options& options, const Tally& tally, std::size_t bad, cli::Log& log) {
  if (tally.asked > 0 && tally.refused_by_rcode == tally.asked) {
    log.error("every question was refused: the resolver may not serve this machine");
    return cli::Exit::TempFail;
  }
  const bool quorum =
      tally.judged() * 100 >= static_cast<std::size_t>(options.quorum) * tally.asked;
  if (!quorum) {
    log.error("only " + std::to_string(tally.judged()) + " of " + std::to_string(tally.asked) +
              " questions could be judged, " + std::to_string(options.quorum) +
              " % are wanted (--quorum)");
  }
  // One list that has an entry is an answer, whatever the others would have said.
  if (tally.listed > 0) return cli::Exit::No;
  if (!quorum) return cli::Exit::TempFail;
  return bad > 0 ? cli::Exit::Data : cli::Exit::Ok;
}

}  // namespace

cli::Exit run(const Options& options, const dnsbl::Selection& selection, Targets targets,
              const Edges& edges, Report& report, cli::Log& log) {
  if (targets.good.empty()) return targets.bad > 0 ? cli::Exit::Data : cli::Exit::Ok;
  bool writable = true;
  bool ended = false;
  dnsbl::CheckEnd end;
  {
    dnsbl::CheckOptions check_options;
    check_options.self_test = options.self_test;
    check_options.now = edges.now;
    dnsbl::Check check(edges.resolver, selection.zones, check_options);
    check.start(
        std::move(targets.good),
        [&](const dnsbl::Target& target, std::vector<dnsbl::Listing> rows) {
          if (!writable) return;
          if (rows.empty()) {
            ++targets.bad;
            log.error(target.text + ": no list that is asked takes " + plural_of(target.kind));
            return;
          }
          writable = report.add(target, std::move(rows));
          if (!writable) edges.stop();
        },
        [&](const dnsbl::CheckEnd& how) {
          ended = true;
          end = how;
          edges.stop();
        });
    if (!ended) edges.wait();
  }
  writable = writable && (report.tally().targets == 0 || report.finish());
  if (!writable) return cli::Exit::Io;
  if (end.resolver_dead) {
    const auto what = end.detail.empty() ? "no answer from " + edges.resolver_name : end.detail;
    const bool some = report.tally().targets > 0;
    log.error(what + (some ? ": the rest was not asked" : ": nothing could be judged"));
    return cli::Exit::TempFail;
  }
  return judge_run(options, report.tally(), targets.bad, log);
}
