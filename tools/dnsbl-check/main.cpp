#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>

#include "base/text.h"
#include "health.h"
#include "net/cares_resolver.h"
#include "net/loop.h"
#include "options.h"
#include "report.h"
#include "run.h"
#include "setup.h"
#include "zone_list.h"

using namespace hagaki;

namespace {

int as_code(cli::Exit exit) {
  return static_cast<int>(exit);
}

/// Reports a failure that ends the run.
int give_up(cli::Log& log, const Error& error, std::optional<cli::Exit> exit = std::nullopt) {
  log.error(error.text());
  return as_code(exit.value_or(cli::exit_for(error.code)));
}

/// How writing ended: a reader that went away is no failure.
int written(cli::Log& log, const cli::Output& out, cli::Exit exit) {
  if (out.closed()) return as_code(cli::Exit::Ok);
  if (!out.failure().empty()) {
    log.error("standard output: " + out.failure());
    return as_code(cli::Exit::Io);
  }
  return as_code(exit);
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
  if (const auto good = check(options); !good) return give_up(log, good.error(), cli::Exit::Usage);
  if (options.targets.empty() && !options.list_zones && cli::stdin_is_terminal()) {
    std::fputs(app.short_help().c_str(), stderr);
    return as_code(cli::Exit::Usage);
  }

  const auto table = load_table(options);
  if (!table) return give_up(log, table.error());
  const auto keys = load_keys(options);
  if (!keys) return give_up(log, keys.error());
  const auto selection = dnsbl::select_zones(*table, {options.zones, options.set}, *keys);
  if (!selection) return give_up(log, selection.error(), cli::Exit::Usage);
  for (const auto& skipped : selection->skipped) log.warning(skipped);

  cli::Output out;
  const bool json = common.json || !cli::stdout_is_terminal();
  const bool color = cli::use_color(common.color);
  const auto columns = cli::terminal_columns();
  if (options.list_zones) {
    print_zones(*table, *selection, json, columns, color, out);
    return written(log, out, cli::Exit::Ok);
  }
  if (selection->zones.empty()) {
    log.error("no list is left to ask");
    return as_code(cli::Exit::Usage);
  }

  std::optional<dnsbl::Explainer> explainer;
  if (options.explain) {
    auto made = dnsbl::Explainer::builtin(common.lang);
    if (!made) return give_up(log, made.error());
    explainer = std::move(*made);
  }
  std::unique_ptr<Recall> recall;
  if (!options.resume_file.empty()) {
    auto opened = Recall::open(options.resume_file, log);
    if (!opened) {
      const bool misused = opened.error().code == ErrorCode::Unsupported;
      return give_up(log, opened.error(), misused ? std::optional(cli::Exit::Usage) : std::nullopt);
    }
    recall = std::move(*opened);
  }

  net::Loop loop;
  net::CaresResolver::Options dns_options;
  dns_options.servers = options.resolvers;
  dns_options.timeout = std::chrono::milliseconds(static_cast<long>(options.timeout_s * 1000));
  dns_options.in_flight = questions_at_once(options);
  const auto resolver = net::CaresResolver::create(loop, dns_options);
  if (!resolver) return give_up(log, resolver.error());

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
    return written(log, out, run_health(options, edges, style, out, log));
  }
  Report report(out, explainer ? &*explainer : nullptr, {json, color, common.verbose, columns});
  TargetStream targets(options.targets, log);
  return written(log, out, run(options, *selection, targets, recall.get(), edges, report, log));
}
