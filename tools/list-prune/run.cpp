#include "run.h"

#include <unistd.h>

#include <optional>
#include <utility>

#include <fmt/core.h>

#include "base/limits.h"
#include "base/text.h"
#include "cli/input.h"
#include "history_commands.h"
#include "records/event.h"
#include "records/reader.h"
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
    rules::StopRules stop(*policy, hasher);
    if (const auto end = read_suppression(suppression)) return *end;
    if (const auto end = read_events(stop, suppression)) return *end;
    stop.settle(now);
    if (outputs_.answer) {
      return answer_from_history(options_, {*policy, suppression, stop, std::move(story_)},
                                 *outputs_.answer);
    }
    log_.debug(counted(stop.size(), "recipient") + " stopped by rules, " +
               counted(suppression.size(), "suppression"));
    rules::Pruner pruner(*policy, suppression, stop, hasher);
    const auto exit = filter(pruner);
    const bool through = exit == Exit::Ok || exit == Exit::Data;
    return through && !held_back_.empty() ? hold_back(now, exit) : exit;
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

  std::optional<Exit> read_suppression(rules::Suppression& suppression) {
    for (const auto& path : options_.suppress) {
      const auto input = cli::open_input(path);
      if (!input) return failed(input.error());
      log_.debug("reading suppressions from " + input->name);
      if (!suppression.read(*input->stream, input->name, on_bad())) return broken(input->name);
    }
    return std::nullopt;
  }

  std::optional<Exit> read_events(rules::StopRules& stop, rules::Suppression& suppression) {
    if (options_.history.empty()) {
      return read_logs(nullptr, [&](const auto& event, const auto& line, const auto& where) {
        stop.add(event, line, where);
        note_for_story(event, line, where);
        return Result<void>();
      });
    }
    auto history = store::History::open(options_.history);
    if (!history) return failed(history.error());
    log_.debug("keeping events in the history " + options_.history);
    if (options_.rebuild) {
      if (const auto ok = history->rebuild(); !ok) return failed(ok.error());
    }
    const auto end =
        read_logs(&*history, [&](const auto& event, const auto& line, const auto& where) {
          return history->add(event, line, where);
        });
    if (end) return end;
    // On disk before anything is printed: what was judged by must be there the next time.
    if (const auto ok = history->commit(); !ok) return failed(ok.error());
    const auto ok = replay_history(
        *history, [&](const auto& event, auto evidence) { stop.add(event, evidence); });
    if (!ok) return failed(ok.error());
    if (const auto known = suppress_forgotten(*history, options_.history, suppression); !known) {
      return failed(known.error());
    }
    if (options_.explain.empty()) return std::nullopt;
    auto story = history->story(rules::recipient_key(options_.explain));
    if (!story) return failed(story.error());
    story_ = std::move(*story);
    return std::nullopt;
  }

  /// Keeps an event of the address that --explain names; needed where there is no history.
  void note_for_story(const records::Event& event, const records::Line& line,
                      const std::string& where) {
    if (options_.explain.empty()) return;
    if (rules::recipient_key(event.email) != rules::recipient_key(options_.explain)) return;
    if (auto kept = store::kept_event(event, line, where)) story_.push_back(std::move(*kept));
  }

  /// Remembers whom stop rules kept from the campaign.
  Exit hold_back(Timestamp now, Exit exit) {
    auto history = store::History::open(options_.history);
    if (!history) return failed(history.error());
    for (const auto& [email, rule] : held_back_) {
      const auto ok =
          history->hold_back(options_.campaign, {rules::recipient_key(email), email, rule, now});
      if (!ok) return failed(ok.error());
    }
    if (const auto ok = history->commit(); !ok) return failed(ok.error());
    return exit;
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

  /// Gives each event of the logs to `take`, which may fail; of a log that `history` knows only
  /// what was appended since.
  template <class Take>
  std::optional<Exit> read_logs(store::History* history, Take take) {
    for (const auto& path : options_.events) {
      if (unmatched(path)) {
        log_.note(path + ": no such file yet");
        continue;
      }
      const auto input = cli::open_input(path);
      if (!input) return failed(input.error());
      std::optional<store::History::Log> place;
      if (history) {
        auto looked = history->look_at_log(input->fd);
        if (!looked) return failed(looked.error());
        place = std::move(*looked);
      }
      const auto known = place ? place->known : 0;
      if (known > 0) lseek(input->fd, known, SEEK_SET);
      log_.debug(fmt::format("reading events from {}{}", input->name,
                             known > 0 ? fmt::format(", {} bytes of it known", known) : ""));
      const auto bad = on_bad();
      records::Reader reader(
          *input->stream, input->name, bad,
          {.require_email = false,
           .lines_before = place ? static_cast<std::uint64_t>(place->known_lines) : 0});
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
      if (!place) continue;
      if (const auto ok = history->remember_log(*place, path); !ok) return failed(ok.error());
    }
    return std::nullopt;
  }

  Exit filter(rules::Pruner& pruner) {
    std::vector<cli::Input> inputs;
    for (const auto& path :
         options_.files.empty() ? std::vector<std::string>{"-"} : options_.files) {
      auto input = cli::open_input(path);
      if (!input) return failed(input.error());
      inputs.push_back(std::move(*input));
    }
    std::optional<cli::Output> pruned;
    if (!options_.pruned.empty()) {
      auto opened = cli::Output::open(options_.pruned);
      if (!opened) {
        log_.error(opened.error().text());
        return Exit::CantCreate;
      }
      pruned = std::move(*opened);
    }
    for (auto& input : inputs) {
      if (const auto end = filter_one(input, pruner, pruned ? &*pruned : nullptr)) return *end;
    }
    if (summary_.read == 0 && options_.files.empty() &&
        options_.events.size() + options_.suppress.size() > 0) {
      log_.warning(
          "no recipients on standard input; a FILE behind --events or --suppress belongs to that "
          "option unless \"--\" stands before it");
    }
    if (pruned && !pruned->flush()) return lost(*pruned, options_.pruned);
    if (!outputs_.kept.flush()) return lost(outputs_.kept, "stdout");
    return summary_.bad > 0 ? Exit::Data : Exit::Ok;
  }

  std::optional<Exit> filter_one(cli::Input& input, rules::Pruner& pruner, cli::Output* pruned) {
    log_.debug("reading recipients from " + input.name);
    const auto bad = on_bad();
    records::Reader reader(*input.stream, input.name, bad);
    while (const auto* line = reader.next()) {
      if (line->type() != "recipient") {
        bad({ErrorCode::Syntax, fmt::format("a {} record, not a recipient", line->type()),
             fmt::format("{}:{}", input.name, line->number())});
        continue;
      }
      ++summary_.read;
      const auto decision = pruner.judge(*line);
      if (!decision) {
        ++summary_.kept;
        if (outputs_.table) continue;
        if (!outputs_.kept.write_line(line->raw())) return lost(outputs_.kept, "stdout");
        continue;
      }
      ++summary_.pruned[decision->rule];
      if (!options_.campaign.empty() && decision->rule.starts_with("stop.")) {
        held_back_.emplace_back(line->email(), decision->rule);
      }
      if (outputs_.table) outputs_.table->add(*line, *decision);
      if (pruned && !pruned->write_line(rules::pruned_record(*line, *decision, outputs_.advisor))) {
        return lost(*pruned, options_.pruned);
      }
    }
    if (reader.failed()) return broken(input.name);
    return std::nullopt;
  }

  /// Writing came to an end: quietly where nobody reads any more.
  Exit lost(const cli::Output& output, const std::string& name) {
    if (output.closed()) return Exit::Ok;
    log_.error(name + ": " + output.failure());
    return Exit::Io;
  }

  const Options& options_;
  Outputs outputs_;
  cli::Log& log_;
  Summary& summary_;
  std::vector<store::History::Kept> story_;                     // of --explain's address
  std::vector<std::pair<std::string, std::string>> held_back_;  // address and rule
};

}  // namespace

Exit run(const Options& options, Timestamp now, rules::KeyHasher hasher, Outputs outputs,
         cli::Log& log, Summary& summary) {
  return Run(options, outputs, log, summary).go(now, hasher);
}
