#include "status.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "base/text.h"
#include "base/time.h"
#include "cli/duration.h"
#include "cli/table.h"
#include "records/object.h"
#include "store/journal_status.h"

using namespace hagaki;
using store::JournalStatus;
using store::ProviderStatus;
using store::StandingCounts;

namespace {

constexpr std::size_t kProvidersAtTerminal = 15;
constexpr std::size_t kProvidersInRecord = 1000;
constexpr int kNumberWidth = 9;

std::string_view name_of(JournalStatus::Run run) {
  switch (run) {
    case JournalStatus::Run::Running:
      return "running";
    case JournalStatus::Run::Done:
      return "done";
    case JournalStatus::Run::Stopped:
      return "stopped";
    case JournalStatus::Run::Died:
      return "died";
    case JournalStatus::Run::Unknown:
      break;
  }
  return "";
}

/// "2026-11-22 10:03:11 UTC"
std::string at(Timestamp time) {
  std::string text = format_rfc3339(time);
  text[text.find('T')] = ' ';
  return text.substr(0, text.find('.')) + " UTC";
}

/// "in 5 min", "2 h ago"
std::string from(Timestamp now, Timestamp time) {
  const auto ahead = std::chrono::ceil<std::chrono::seconds>(time - now);
  if (ahead.count() > 0) return "in " + cli::duration_text(ahead);
  return cli::duration_text(std::chrono::floor<std::chrono::seconds>(now - time)) + " ago";
}

/// Those with most to do first, then the largest.
std::vector<ProviderStatus> by_weight(const JournalStatus& status) {
  auto providers = status.providers;
  std::sort(providers.begin(), providers.end(), [](const auto& a, const auto& b) {
    const auto weight = [](const ProviderStatus& p) {
      return std::pair(p.counts.left(), p.counts.done());
    };
    return weight(a) != weight(b) ? weight(a) > weight(b) : a.name < b.name;
  });
  return providers;
}

std::string headline(const JournalStatus& status, Timestamp now) {
  const auto ended = status.run_ended ? status.run_ended : status.last_outcome;
  const std::string when = ended ? fmt::format(" {} ({})", at(*ended), from(now, *ended)) : "";
  constexpr std::string_view kResume = "Run the same command with --resume to go on.\n";
  switch (status.run) {
    case JournalStatus::Run::Running: {
      std::string who = status.pid ? fmt::format(" by process {}", *status.pid) : "";
      if (status.run_began) {
        who += fmt::format(" since {} ({})", at(*status.run_began), from(now, *status.run_began));
      }
      return fmt::format("is being sent{}.\n", who);
    }
    case JournalStatus::Run::Done:
      return fmt::format("ended{}: nobody is left.\n", when);
    case JournalStatus::Run::Stopped:
      return fmt::format("stopped{} before its end.\n{}", when, kResume);
    case JournalStatus::Run::Died:
      return fmt::format("was cut off; its last outcome was{}.\n{}", when.empty() ? " never" : when,
                         kResume);
    case JournalStatus::Run::Unknown:
      break;
  }
  return fmt::format("is not running; its last outcome was{}.\n", when.empty() ? " never" : when);
}

std::string counts_text(const JournalStatus& status) {
  const StandingCounts& counts = status.counts;
  std::string out;
  const auto add = [&out](std::uint64_t count, std::string_view what, bool always = false) {
    if (count > 0 || always) out += fmt::format("{:>{}} {}\n", count, kNumberWidth, what);
  };
  add(counts.delivered, "delivered", true);
  add(counts.failed, "failed");
  add(counts.held, "held");
  add(counts.uncertain, "uncertain");
  add(counts.deferred, "deferred, to be tried again");
  add(counts.planned, "waiting for their first try");
  add(counts.in_flight,
      status.run == JournalStatus::Run::Running ? "being sent" : "being sent when it was cut off");
  if (const auto left = status.left()) {
    add(*left, fmt::format("left of {}", counts.done() + *left), true);
  } else {
    out += fmt::format("{:>{}} left: the rest of the list is not read yet\n", "?", kNumberWidth);
  }
  return out;
}

std::string pace_text(const JournalStatus& status, Timestamp now) {
  std::string out;
  if (status.run == JournalStatus::Run::Running) {
    out += fmt::format("{:.1f} a second in the last minute", status.rate(now));
    const auto eta = status.eta(now);
    if (eta) {
      out += fmt::format("; the end is near {} ({})", at(*eta), from(now, *eta));
    }
    out += '\n';
  }
  if (status.next_retry_at) {
    out += fmt::format("The next who waits is due {} ({}).\n", at(*status.next_retry_at),
                       from(now, *status.next_retry_at));
  }
  return out.empty() ? out : '\n' + out;
}

std::string text(const JournalStatus& status, Timestamp now, std::size_t columns, bool color) {
  std::string out =
      fmt::format("Campaign \"{}\" {}\n", printable(status.campaign), headline(status, now));
  out += counts_text(status) + pace_text(status, now);
  const auto providers = by_weight(status);
  if (providers.empty()) return out;
  cli::Table table({{"provider", cli::Table::Align::Left, 12},
                    {"delivered", cli::Table::Align::Right, 9},
                    {"deferred", cli::Table::Align::Right, 8},
                    {"failed", cli::Table::Align::Right, 6},
                    {"held", cli::Table::Align::Right, 4},
                    {"left", cli::Table::Align::Right, 4},
                    {"last trouble", cli::Table::Align::Left, 12}});
  for (std::size_t i = 0; i < std::min(providers.size(), kProvidersAtTerminal); ++i) {
    const ProviderStatus& p = providers[i];
    table.row({p.name.empty() ? "(none known)" : p.name, std::to_string(p.counts.delivered),
               std::to_string(p.counts.deferred), std::to_string(p.counts.failed),
               std::to_string(p.counts.held), std::to_string(p.counts.left()), p.reason});
  }
  out += '\n' + table.text(columns, color);
  if (providers.size() > kProvidersAtTerminal) {
    out += fmt::format("… and {} more\n", providers.size() - kProvidersAtTerminal);
  }
  return out;
}

void add_counts(records::Object& object, const StandingCounts& counts) {
  const auto add = [&object](std::string_view name, std::uint64_t count) {
    object.add(name, static_cast<std::int64_t>(count));
  };
  add("delivered", counts.delivered);
  add("failed", counts.failed);
  add("held", counts.held);
  add("uncertain", counts.uncertain);
  add("deferred", counts.deferred);
  add("planned", counts.planned);
  add("in_flight", counts.in_flight);
}

std::string record(const JournalStatus& status, const std::string& journal, Timestamp now) {
  const bool running = status.run == JournalStatus::Run::Running;
  records::Object record;
  record.add("type", "status")
      .add("v", 1)
      .add("time", now)
      .add("campaign", status.campaign)
      .add("journal", journal)
      .add("run", name_of(status.run));
  if (running) record.add("pid", status.pid);
  record.add("began", status.began)
      .add("run_began", status.run_began)
      .add("run_ended", running ? std::nullopt : status.run_ended)
      .add("last_outcome", status.last_outcome)
      .add("recipients", static_cast<std::int64_t>(status.recipients()));
  add_counts(record, status.counts);
  if (const auto left = status.left()) record.add("left", static_cast<std::int64_t>(*left));
  if (running) record.add_raw("per_second", fmt::format("{:.1f}", status.rate(now)));
  record.add("eta", status.eta(now)).add("retry_at", status.next_retry_at);
  std::vector<records::Object> providers;
  for (const ProviderStatus& p : by_weight(status)) {
    if (providers.size() == kProvidersInRecord) break;
    records::Object provider;
    provider.add("provider", p.name);
    add_counts(provider, p.counts);
    provider.add("reason", p.reason).add("reason_at", p.reason_at);
    providers.push_back(std::move(provider));
  }
  record.add("providers", providers);
  return record.line();
}

}  // namespace

cli::Exit status(const Options& options, const cli::CommonOptions& common, cli::Output& out,
                 cli::Log& log) {
  const Timestamp time = now();
  const auto status = store::read_journal_status(options.journal, time);
  if (!status) {
    log.error(status.error().text());
    return cli::exit_for(status.error().code);
  }
  if (!options.campaign.empty() && status->campaign != options.campaign) {
    log.error(fmt::format("{}: journal belongs to campaign \"{}\"", options.journal,
                          printable(status->campaign)));
    return cli::Exit::Config;
  }
  const bool for_person = cli::stdout_is_terminal() && !common.json;
  if (for_person) {
    out.write(text(*status, time, cli::terminal_columns(), cli::use_color(common.color)));
  } else {
    out.write_line(record(*status, options.journal, time));
  }
  out.flush();
  return cli::written(out, log, cli::Exit::Ok);
}
