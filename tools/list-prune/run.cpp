#include "run.h"

#include <filesystem>
#include <optional>
#include <utility>

#include <fmt/core.h>

#include "base/limits.h"
#include "base/text.h"
#include "cli/input.h"
#include "filter.h"
#include "records/event.h"
#include "records/reader.h"
#include "rules/block_words.h"
#include "rules/prune.h"
#include "store/history.h"

using namespace hagaki;
using cli::Exit;

namespace {

/// One run's work. Each step returns an exit code where the run must end.
class Run {
 public:
  Run(const Options& options, Outputs outputs, cli::Log& log, Summary& summary)
      : options_(options), outputs_(outputs), log_(log), summary_(summary) {}

  Exit go(Timestamp now, rules::KeyHasher hasher) {
    const auto policy = load_policy();
    if (!policy) return failed(policy.error());
    log_.debug("judging by " +
               (options_.policy.empty() ? "the built-in policy" : "the policy " + options_.policy));
    rules::Suppression suppression(hasher);
    suppression.give_evidence(!options_.pruned.empty() || outputs_.table);
    rules::StopRules stop(*policy, hasher);
    if (const auto end = read_suppression(suppression)) return *end;
    rules::LookAlikes look_alikes(hasher);
    if (const auto end = read_events(stop, look_alikes)) return *end;
    stop.settle(now);
    log_.debug(counted(stop.size(), "recipient") + " stopped by rules, " +
               counted(suppression.size(), "suppression"));
    for (const auto& block : stop.blocks()) log_.warning(rules::block_warning(block));
    rules::PruneOptions hygiene;
    std::optional<rules::DisposableDomains> disposable;
    if (const auto end = read_hygiene(now, hygiene, disposable)) return *end;
    hygiene.look_alikes = &look_alikes;
    rules::Pruner pruner(*policy, suppression, stop, hasher, hygiene);
    const Exit exit = filter(pruner);
    if (const auto silent = pruner.never_engaged(); silent > 0) {
      log_.note(
          fmt::format("{} of {} read have no last_engaged_at that can be read: no verdict on "
                      "whether they are inactive",
                      silent, summary_.read));
    }
    return exit;
  }

 private:
  Result<rules::Policy> load_policy() {
    if (options_.policy.empty()) return rules::default_policy();
    const auto text = cli::read_whole(options_.policy, limits::kDataFile);
    if (!text) return tl::unexpected(text.error());
    return rules::parse_policy(*text, options_.policy);
  }

  records::BadLine on_bad() {
    return [this](const Error& error) {
      ++summary_.bad;
      log_.bad_line(error.text());
    };
  }

  /// Tells of a failed read; it ends the run, for the rest of the input is missing.
  Exit broken(const std::string& name) {
    log_.error(name + ": reading failed");
    return Exit::Io;
  }

  /// What hygiene goes by, from the options that were checked.
  std::optional<Exit> read_hygiene(Timestamp now, rules::PruneOptions& out,
                                   std::optional<rules::DisposableDomains>& disposable) {
    out.syntax = syntax_named(options_.syntax).value_or(Syntax::Smtp);
    out.duplicates =
        rules::same_address_named(options_.duplicates).value_or(rules::SameAddress::Fold);
    if (const auto age = parse_duration(options_.inactive)) out.engaged_since = now - *age;
    if (options_.disposable.empty()) return std::nullopt;
    const auto text = cli::read_whole(options_.disposable, limits::kDataFile);
    if (!text) return failed(text.error());
    disposable = rules::DisposableDomains::parse(*text, options_.disposable, on_bad());
    out.disposable = &*disposable;
    return std::nullopt;
  }

  std::optional<Exit> read_suppression(rules::Suppression& suppression) {
    std::uint64_t unread = 0;
    for (const auto& path : options_.suppress) {
      const auto input = cli::open_input(path);
      if (!input) return failed(input.error());
      log_.debug("reading suppressions from " + input->name);
      const auto bad_before = summary_.bad;
      const auto passed_before = suppression.passed_over();
      if (!suppression.read(*input->stream, input->name, on_bad())) return broken(input->name);
      unread += summary_.bad - bad_before;
      if (const auto passed = suppression.passed_over() - passed_before; passed > 0) {
        log_.note(
            fmt::format("{}: {} told of what passes (a block, a soft bounce, a tag) "
                        "and suppressed nobody",
                        input->name, counted(passed, "row")));
      }
    }
    if (unread > 0 && !options_.allow_bad_suppress) {
      // Who is meant by a line that cannot be read would be mailed, who asked for no more.
      log_.error(
          fmt::format("{} of --suppress cannot be read: nothing is written. Mend them, or go "
                      "on without them by --allow-bad-suppress",
                      counted(unread, "line")));
      return Exit::Data;
    }
    return std::nullopt;
  }

  std::optional<Exit> read_events(rules::StopRules& stop, rules::LookAlikes& look_alikes) {
    if (options_.history.empty()) {
      return read_logs([&](const auto& event, const auto& line, const auto& where) {
        look_alikes.note(event);
        stop.add(event, line, where);
        return Result<void>();
      });
    }
    // What only looks makes no history.
    std::error_code none;
    const bool only_looks = options_.dry_run || options_.check;
    if (only_looks && !std::filesystem::exists(options_.history, none)) {
      return read_logs([&](const auto& event, const auto& line, const auto& where) {
        look_alikes.note(event);
        stop.add(event, line, where);
        return Result<void>();
      });
    }
    auto history = store::History::open(options_.history);
    if (!history) return failed(history.error());
    log_.debug("keeping events in the history " + options_.history);
    const auto end = read_logs([&](const auto& event, const auto& line, const auto& where) {
      return history->add(event, line, where);
    });
    if (end) return end;
    // On disk before anything is printed: what was judged by must be there the next time.
    if (!only_looks) {
      if (const auto ok = history->commit(); !ok) return failed(ok.error());
    }
    const auto ok = history->replay([&](const auto& event, auto evidence) {
      look_alikes.note(event);
      stop.add(event, evidence);
    });
    if (!ok) return failed(ok.error());
    return std::nullopt;
  }

  Exit failed(const Error& error) {
    log_.error(error.text());
    return cli::exit_for(error.code);
  }

  /// True for a shell pattern that matched nothing, as `log/*.jsonl` before the first mailing: the
  /// shell hands it on as it stands, and there is no log to be read. A file that is named and
  /// missing is another matter.
  static bool unmatched(const std::string& path) {
    if (path.find_first_of("*?[") == std::string::npos) return false;
    const auto input = cli::open_input(path);
    return !input && input.error().code == ErrorCode::NotFound;
  }

  /// Gives each event of the logs to `take`, which may fail.
  template <class Take>
  std::optional<Exit> read_logs(Take take) {
    for (const auto& path : options_.events) {
      if (unmatched(path)) {
        log_.note(path + ": no such file yet");
        continue;
      }
      const auto input = cli::open_input(path);
      if (!input) return failed(input.error());
      log_.debug("reading events from " + input->name);
      const auto bad = on_bad();
      records::Reader reader(*input->stream, input->name, bad, {.require_email = false});
      while (const auto* line = reader.next()) {
        const std::string where = fmt::format("{}:{}", input->name, line->number());
        const auto event = records::read_event(*line);
        if (!event) {
          bad({event.error().code, event.error().message, where});
        } else if (*event) {
          if (const auto ok = take(**event, *line, where); !ok) return failed(ok.error());
        }
      }
      if (reader.failed()) return broken(input->name);
    }
    return std::nullopt;
  }

  Exit filter(rules::Pruner& pruner) {
    return Filter(options_, outputs_, log_, summary_).go(pruner);
  }

  const Options& options_;
  Outputs outputs_;
  cli::Log& log_;
  Summary& summary_;
};

}  // namespace

Exit run(const Options& options, Timestamp now, rules::KeyHasher hasher, Outputs outputs,
         cli::Log& log, Summary& summary) {
  return Run(options, outputs, log, summary).go(now, hasher);
}
