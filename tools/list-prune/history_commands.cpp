#include "history_commands.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <sstream>
#include <tuple>

#include <fmt/core.h>

#include "address/address.h"
#include "base/text.h"
#include "cli/table.h"
#include "harvest/providers.h"
#include "records/object.h"
#include "records/reader.h"
#include "store/history_judgement.h"
#include "story.h"

using namespace hagaki;
using cli::Exit;
using store::History;

namespace {

Exit failed(cli::Log& log, const Error& error) {
  log.error(error.text());
  return cli::exit_for(error.code);
}

Exit finish(const Answer& answer) {
  answer.out.flush();
  return cli::written(answer.out, answer.log, Exit::Ok);
}

/// The name under which a reinstatement is kept: an address's key, or "provider=NAME".
Result<std::string> name_to_reinstate(const std::string& given) {
  if (!given.starts_with(store::kProviderPrefix)) {
    const auto address = Address::parse(given);
    if (!address) return tl::unexpected<Error>(address.error());
    return address->key();
  }
  const auto providers = harvest::Providers::builtin();
  if (!providers) return tl::unexpected<Error>(providers.error());
  const std::string word = ascii_lower(given.substr(store::kProviderPrefix.size()));
  if (providers->has(word)) return fmt::format("{}{}", store::kProviderPrefix, word);
  // People say "outlook" and mean who has outlook.com.
  const auto id = providers->find({}, word.find('.') == std::string::npos ? word + ".com" : word);
  if (!id.empty()) return fmt::format("{}{}", store::kProviderPrefix, id);
  // A company is a receiver of its own, by its domain.
  const auto domain = Domain::parse(word);
  if (domain && domain->ascii().find('.') != std::string::npos) {
    return receiver_name("@" + domain->ascii());
  }
  return fail(ErrorCode::Syntax, "no such provider", printable(given));
}

Exit reinstate(History& history, const Options& options, const Answer& answer) {
  const auto name = name_to_reinstate(options.reinstate);
  if (!name) {
    answer.log.error(name.error().text());
    return Exit::Usage;
  }
  // What the person asked for, and has not taken back before.
  const auto story = history.story(*name, "");
  if (!story) return failed(answer.log, story.error());
  bool wish = false;
  for (const auto& event : *story) {
    const bool asked = event.what == "feedback" && event.reason != "not-spam";
    if (event.what == "unsubscribe" || asked) wish = true;
    if (event.what == "reinstated") wish = false;
  }
  if (const auto ok = history.reinstate(*name, answer.now); !ok) {
    return failed(answer.log, ok.error());
  }
  const auto erased = history.remember_again(*name);
  if (!erased) return failed(answer.log, erased.error());
  if (const auto ok = history.commit(); !ok) return failed(answer.log, ok.error());
  if (wish || *erased) {
    answer.log.warning(fmt::format(
        "{} {}; mail it only when the person has asked for mail again, and keep the proof",
        printable(options.reinstate),
        *erased ? "was erased from here on request" : "complained or asked for no more mail"));
  }
  answer.log.note(printable(*name) + ": what failed up to " + format_rfc3339(answer.now) +
                  " is void");
  return Exit::Ok;
}

Exit forget(History& history, const Options& options, const Answer& answer) {
  const auto key = rules::recipient_key(options.forget);
  const auto events = history.forget(key);
  if (!events) return failed(answer.log, events.error());
  if (*events == 0 && !Address::parse(options.forget)) {
    answer.log.error(printable(options.forget) + ": not an address, and nothing is known of it");
    return Exit::Usage;
  }
  if (const auto ok = history.commit(); !ok) return failed(answer.log, ok.error());
  if (const auto ok = history.wipe(); !ok) return failed(answer.log, ok.error());
  answer.log.note(
      fmt::format("{} erased; a hash stays, so that the address stays suppressed. Logs, lists and "
                  "backups still "
                  "hold it where it stood in them",
                  counted(static_cast<std::uint64_t>(*events), "event")));
  return Exit::Ok;
}

/// What is against an address of which nothing else is known.
std::optional<rules::Decision> judge(rules::Pruner& pruner, const std::string& email) {
  records::Object record;
  std::istringstream in(record.add("email", email).line());
  records::Reader reader(in, "", [](const Error&) {});
  const auto* line = reader.next();
  return line ? pruner.judge(*line) : std::nullopt;
}

Exit status(History& history, const Judges& judges, const Answer& answer) {
  auto counts = history.status();
  if (!counts) return failed(answer.log, counts.error());
  std::map<std::string, std::int64_t> stopped;
  const auto ok = history.each_failed([&](std::string_view key) {
    const auto decision = judges.stop.find(key);
    if (decision && decision->action != rules::Action::Tag) ++stopped[decision->rule];
  });
  if (!ok) return failed(answer.log, ok.error());
  for (const auto& [rule, count] : stopped) counts->push_back({rule, count});
  cli::Table table({{"kept", cli::Table::Align::Left, 8}, {"count", cli::Table::Align::Right, 10}});
  for (const auto& row : *counts) {
    if (answer.for_person) {
      table.row({row.name, std::to_string(row.count)});
      continue;
    }
    records::Object record;
    record.add("type", "count").add("v", 1).add("name", row.name).add("count", row.count);
    answer.out.write_line(record.line());
  }
  if (answer.for_person) answer.out.write(table.text(cli::terminal_columns(), false));
  return finish(answer);
}

Exit missed(History& history, const Options& options, const Judges& judges, const Answer& answer) {
  const auto held = history.held_back(options.missed);
  if (!held) return failed(answer.log, held.error());
  std::uint64_t listed = 0;
  for (const auto& who : *held) {
    if (const auto against = judge(judges.pruner, who.email);
        against && against->action != rules::Action::Tag) {
      continue;
    }
    ++listed;
    records::Object record;
    answer.out.write_line(record.add("email", who.email).line());
  }
  answer.log.note(fmt::format("{} kept from {} and without it since; {} may be mailed now",
                              counted(held->size(), "recipient"), printable(options.missed),
                              listed));
  return finish(answer);
}

Exit explain(const Options& options, const Judges& judges, const Answer& answer) {
  const auto forgotten =
      judges.history ? judges.history->was_forgotten(rules::recipient_key(options.explain)) : false;
  if (!forgotten) return failed(answer.log, forgotten.error());
  Story story{.email = options.explain,
              .events = judges.story,
              .decision = judge(judges.pruner, options.explain),
              .history = options.history,
              .forgotten = *forgotten};
  // Logs come in any order.
  std::sort(story.events.begin(), story.events.end(), [](const auto& a, const auto& b) {
    return std::tie(a.time, a.what) < std::tie(b.time, b.what);
  });
  if (answer.for_person) {
    answer.out.write(story_text(story, answer.lang));
  } else {
    answer.out.write_line(story_record(story, answer.lang));
  }
  return finish(answer);
}

}  // namespace

Result<History> open_history(const Options& options) {
  std::error_code none;
  const bool may_make = !options.events.empty() || !(asks(options) || changes_history(options));
  if (!may_make && !std::filesystem::exists(options.history, none)) {
    return fail(ErrorCode::NotFound, "no such history", printable(options.history));
  }
  return History::open(options.history);
}

std::string receiver_name(std::string_view key) {
  const auto providers = harvest::Providers::builtin();
  const auto domain = key.substr(key.rfind('@') + 1);
  const auto id = providers ? providers->find({}, domain) : std::string_view();
  return fmt::format("{}{}", store::kProviderPrefix, id.empty() ? domain : id);
}

Result<void> suppress_forgotten(History& history, const std::string& path,
                                rules::Suppression& suppression) {
  const auto hashes = history.forgotten();
  if (!hashes) return tl::unexpected<Error>(hashes.error());
  std::uint64_t number = 0;
  for (const auto& hash : *hashes) {
    if (auto ok = suppression.add(hash, path, ++number); !ok) return ok;
  }
  return {};
}

Exit change_history(const Options& options, const Answer& answer) {
  auto history = open_history(options);
  if (!history) return failed(answer.log, history.error());
  return options.forget.empty() ? reinstate(*history, options, answer)
                                : forget(*history, options, answer);
}

Exit answer_from_history(const Options& options, const Judges& judges, const Answer& answer) {
  if (!options.explain.empty()) return explain(options, judges, answer);
  return options.status ? status(*judges.history, judges, answer)
                        : missed(*judges.history, options, judges, answer);
}
