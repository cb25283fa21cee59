#include "run.h"

#include <optional>
#include <utility>

#include <fmt/core.h>

#include "base/limits.h"
#include "base/text.h"
#include "cli/input.h"
#include "events.h"
#include "filter.h"
#include "history_commands.h"
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
    const bool evidence = !options_.pruned.empty() || outputs_.table || !options_.explain.empty();
    suppression.give_evidence(evidence);
    rules::StopRules stop(*policy, hasher);
    if (const auto end = read_suppression(suppression)) return *end;
    rules::LookAlikes look_alikes(hasher);
    Events events(options_, *policy, log_, on_bad());
    if (const auto end = events.read(stop, look_alikes, suppression)) return *end;
    stop.settle(now);
    log_.debug(counted(stop.size(), "recipient") + " stopped by rules, " +
               counted(suppression.size(), "suppression"));
    for (const auto& block : stop.blocks()) log_.warning(rules::block_warning(block));
    rules::PruneOptions hygiene;
    std::optional<rules::DisposableDomains> disposable;
    if (const auto end = read_hygiene(now, hygiene, disposable)) return *end;
    if (evidence) hygiene.look_alikes = &look_alikes;
    rules::Pruner pruner(*policy, suppression, stop, hasher, hygiene);
    if (outputs_.answer) {
      return answer_from_history(options_, {pruner, stop, events.history(), events.story()},
                                 *outputs_.answer);
    }
    const Exit exit = Filter(options_, outputs_, log_, summary_).go(pruner);
    if (const auto silent = pruner.never_engaged(); silent > 0) {
      log_.note(
          fmt::format("{} of {} read have no last_engaged_at that can be read: no verdict on "
                      "whether they are inactive",
                      silent, summary_.read));
    }
    const bool written = exit == Exit::Ok || exit == Exit::Data;
    return written && !summary_.held_back.empty() ? hold_back(*events.history(), now, exit) : exit;
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

  Exit failed(const Error& error) {
    log_.error(error.text());
    return cli::exit_for(error.code);
  }

  /// Remembers whom stop rules kept from the campaign.
  Exit hold_back(store::History& history, Timestamp now, Exit exit) {
    if (const auto ok = history.begin(); !ok) return failed(ok.error());
    for (const auto& [email, rule] : summary_.held_back) {
      const auto ok =
          history.hold_back(options_.campaign, {rules::recipient_key(email), email, rule, now});
      if (!ok) return failed(ok.error());
    }
    if (const auto ok = history.commit(); !ok) return failed(ok.error());
    return exit;
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
