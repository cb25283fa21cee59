#include "events.h"

#include <unistd.h>

#include <filesystem>
#include <utility>

#include <fmt/core.h>

#include "cli/input.h"
#include "history_commands.h"
#include "records/event.h"
#include "store/history_judgement.h"

using namespace hagaki;
using cli::Exit;

namespace {

/// True for a shell pattern that matched nothing, as `log/*.jsonl` before the first mailing: the
/// shell hands it on as it stands, and there is no log to be read. A file that is named and missing
/// is another matter.
bool unmatched(const std::string& path) {
  if (path.find_first_of("*?[") == std::string::npos) return false;
  const auto input = cli::open_input(path);
  return !input && input.error().code == ErrorCode::NotFound;
}

}  // namespace

Events::End Events::read(rules::StopRules& stop, rules::LookAlikes& look_alikes,
                         rules::Suppression& suppression) {
  std::error_code none;
  // What only looks makes no history.
  const bool no_history =
      options_.history.empty() ||
      (options_.only_looks() && !std::filesystem::exists(options_.history, none));
  return no_history ? read_straight(stop, look_alikes)
                    : read_history(stop, look_alikes, suppression);
}

Events::End Events::read_straight(rules::StopRules& stop, rules::LookAlikes& look_alikes) {
  const auto wanted =
      options_.explain.empty() ? std::string() : rules::recipient_key(options_.explain);
  return read_logs(nullptr, [&](const auto& event, const auto& line, const auto& where) {
    look_alikes.note(event);
    stop.add(event, line, where);
    if (!wanted.empty() && rules::recipient_key(event.email) == wanted) {
      if (auto kept = store::kept_event(event, line, where)) story_.push_back(std::move(*kept));
    }
    return Result<void>();
  });
}

Events::End Events::read_history(rules::StopRules& stop, rules::LookAlikes& look_alikes,
                                 rules::Suppression& suppression) {
  auto history = open_history(options_);
  if (!history) return failed(history.error());
  history_ = std::move(*history);
  log_.debug("keeping events in the history " + options_.history);
  if (options_.rebuild) {
    if (const auto ok = history_->rebuild(); !ok) return failed(ok.error());
  }
  const auto end =
      read_logs(&*history_, [&](const auto& event, const auto& line, const auto& where) {
        return history_->add(event, line, where);
      });
  if (end) return end;
  // On disk before anything is printed: what was judged by must be there the next time.
  if (!options_.only_looks()) {
    if (const auto ok = history_->commit(); !ok) return failed(ok.error());
  }
  const auto replayed =
      store::judge_by(*history_, policy_, stop,
                      [&](const auto& event, std::string_view) { look_alikes.note(event); });
  if (!replayed) return failed(replayed.error());
  if (const auto ok = suppress_forgotten(*history_, options_.history, suppression); !ok) {
    return failed(ok.error());
  }
  look_alikes.ask([this](std::string_view key) {
    const auto reached = history_->reached(key);
    return reached && *reached;
  });
  if (options_.explain.empty()) return std::nullopt;
  const auto key = rules::recipient_key(options_.explain);
  auto story = history_->story(key, receiver_name(key));
  if (!story) return failed(story.error());
  story_ = std::move(*story);
  return std::nullopt;
}

template <class Take>
Events::End Events::read_logs(store::History* history, Take take) {
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
    records::Reader reader(
        *input->stream, input->name, on_bad_,
        {.require_email = false,
         .lines_before = place ? static_cast<std::uint64_t>(place->known_lines) : 0});
    while (const auto* line = reader.next()) {
      const std::string where = fmt::format("{}:{}", input->name, line->number());
      const auto event = records::read_event(*line);
      if (!event) {
        on_bad_({event.error().code, event.error().message, where});
      } else if (*event) {
        if (const auto ok = take(**event, *line, where); !ok) return failed(ok.error());
      }
    }
    if (reader.failed()) {
      log_.error(input->name + ": reading failed");
      return Exit::Io;
    }
    if (!history || !place) continue;
    if (const auto ok = history->remember_log(*place, path); !ok) return failed(ok.error());
  }
  return std::nullopt;
}

Exit Events::failed(const Error& error) {
  log_.error(error.text());
  return cli::exit_for(error.code);
}
