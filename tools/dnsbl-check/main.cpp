#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>

#include "base/text.h"
#include "changes_report.h"
#include "health.h"
#include "json_report.h"
#include "nagios_report.h"
#include "net/cares_resolver.h"
#include "net/loop.h"
#include "options.h"
#include "own_targets.h"
#include "prometheus_report.h"
#include "remembering_report.h"
#include "run.h"
#include "setup.h"
#include "store/known_listings.h"
#include "table_report.h"
#include "zone_list.h"

using namespace hagaki;

namespace {

constexpr int kNagiosUnknown = 3;

int as_code(cli::Exit exit) {
  return static_cast<int>(exit);
}

std::string names_of(const net::CaresResolver& resolver) {
  std::string out;
  for (const auto& server : resolver.servers()) out += (out.empty() ? "" : ", ") + server;
  return "the resolver " + out;
}

/// Calls `task` once when `fd` can be read, or cannot be watched and is to be read for what it has.
void watch_once(net::Loop& loop, int fd, std::unique_ptr<net::Poll>& poll,
                std::function<void()> task) {
  if (!poll) poll = std::make_unique<net::Poll>(loop, fd);
  const auto started = poll->start(net::Poll::kReadable, [&poll, task](int, int) {
    const auto then = task;  // outlives the poll's own copy
    poll->stop();
    then();
  });
  if (!started) loop.post(std::move(task));
}

}  // namespace

int main(int argc, char** argv) {
  cli::App app("dnsbl-check", "Ask DNS block, allow and reputation lists about IPs and domains.",
               "[--zone ZONE…] [--set SET] [--explain] [TARGET…]");
  Options options;
  add_options(app, options);
  if (const auto done = app.parse(argc, argv)) return as_code(*done);
  const auto& common = app.common();
  cli::Log log(app.name(), common.quiet, common.verbose);
  cli::Output out;
  const auto format = format_of(options, common.json);
  const auto give_up = [&](const Error& error, std::optional<cli::Exit> exit = std::nullopt) {
    log.error(error.text());
    if (format == Format::Nagios) {
      out.write(nagios_unknown(error.text()));
      out.flush();
      return kNagiosUnknown;
    }
    return as_code(exit.value_or(cli::exit_for(error.code)));
  };
  if (const auto good = check(options, common.json); !good) {
    return give_up(good.error(), cli::Exit::Usage);
  }
  const bool reads = options.received || (options.targets.empty() && !options.self);
  if (reads && !options.list_zones && cli::stdin_is_terminal()) {
    std::fputs(app.short_help().c_str(), stderr);
    return as_code(cli::Exit::Usage);
  }
  if (const auto found = find_targets(options, log); !found) return give_up(found.error());

  const auto table = load_table(options);
  if (!table) return give_up(table.error());
  const auto keys = load_keys(options);
  if (!keys) return give_up(keys.error());
  const auto selection = dnsbl::select_zones(*table, {options.zones, options.set}, *keys);
  if (!selection) return give_up(selection.error(), cli::Exit::Usage);
  for (const auto& skipped : selection->skipped) log.warning(skipped);

  const bool json = format == Format::Json;
  const bool color = cli::use_color(common.color);
  const auto columns = cli::terminal_columns();
  if (options.list_zones) {
    print_zones(*table, *selection, json, columns, color, out);
    return as_code(cli::written(out, log, cli::Exit::Ok));
  }
  if (selection->zones.empty()) {
    return give_up({ErrorCode::Unsupported, "no list is left to ask", {}}, cli::Exit::Usage);
  }

  std::optional<dnsbl::Explainer> explainer;
  if (options.explain || format == Format::Table) {
    auto made = dnsbl::Explainer::builtin(common.lang);
    if (!made) return give_up(made.error());
    explainer = std::move(*made);
  }
  std::unique_ptr<Recall> recall;
  if (!options.resume_file.empty()) {
    auto opened = Recall::open(options.resume_file, log);
    if (!opened) {
      const bool misused = opened.error().code == ErrorCode::Unsupported;
      return give_up(opened.error(), misused ? std::optional(cli::Exit::Usage) : std::nullopt);
    }
    recall = std::move(*opened);
  }
  std::optional<store::KnownListings> known;
  if (!options.state_file.empty()) {
    auto opened = store::KnownListings::open(options.state_file);
    if (!opened) return give_up(opened.error());
    known.emplace(std::move(*opened));
  }

  net::Loop loop;
  net::CaresResolver::Options dns_options;
  dns_options.servers = options.resolvers;
  dns_options.timeout = std::chrono::milliseconds(static_cast<long>(options.timeout_s * 1000));
  dns_options.in_flight = questions_at_once(options);
  const auto resolver = net::CaresResolver::create(loop, dns_options);
  if (!resolver) return give_up(resolver.error());

  log.debug("asking " + counted(selection->zones.size(), "list") + " through " +
            names_of(**resolver));

  // Listings are timed by a clock that nobody can set back while they run.
  const auto began = now();
  const auto mark = std::chrono::steady_clock::now();
  const auto clock = [began, mark] {
    return began + std::chrono::duration_cast<std::chrono::milliseconds>(
                       std::chrono::steady_clock::now() - mark);
  };
  net::Timer timer(loop);
  std::unique_ptr<net::Poll> input;
  const Edges edges{**resolver,
                    names_of(**resolver),
                    clock,
                    [&loop] { loop.run(); },
                    [&loop] { loop.stop(); },
                    [&loop](auto task) { loop.post(std::move(task)); },
                    [&timer](auto wait, auto task) { timer.start(wait, std::move(task)); },
                    [&](int fd, auto task) { watch_once(loop, fd, input, std::move(task)); }};
  if (options.health) {
    const HealthStyle style{json, color, columns, common.lang};
    return as_code(cli::written(out, log, run_health(options, edges, style, out, log)));
  }
  std::unique_ptr<Report> report;
  switch (format) {
    case Format::Json:
      report = std::make_unique<JsonReport>(out, options.explain ? &*explainer : nullptr);
      break;
    case Format::Table:
      report = std::make_unique<TableReport>(
          out, *explainer,
          TableReport::Style{color, common.verbose, options.explain, columns, common.lang});
      break;
    case Format::Nagios:
      report = std::make_unique<NagiosReport>(out);
      break;
    case Format::Prometheus:
      report = std::make_unique<PrometheusReport>(out, clock);
      break;
  }
  if (options.changes) report = std::make_unique<ChangesReport>(std::move(report));
  if (known) report = std::make_unique<RememberingReport>(std::move(report), *known, log);
  TargetStream targets(options.targets, log);
  const auto end = run(options, *selection, targets, recall.get(), edges, *report, log);
  const auto exit = cli::written(out, log, out.closed() ? cli::Exit::Ok : end.exit);
  return format == Format::Nagios ? nagios_status(end.tally, exit) : as_code(exit);
}
