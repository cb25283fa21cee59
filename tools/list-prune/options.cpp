#include "options.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include <fmt/core.h>

#include "address/syntax.h"
#include "base/time.h"
#include "drop_limit.h"
#include "rules/duplicates.h"

using namespace hagaki;

void add_options(cli::App& app, Options& options) {
  app.values("--events", "FILE", options.events,
             "Judge by these logs of mail-send and bounce-parse (repeats)");
  app.values("--suppress", "FILE", options.suppress,
             "Never keep whom these files name: addresses, @domains, hashes, what mail services "
             "export (repeats)");
  app.value("--policy", "FILE", options.policy, "Stop rules (TOML) that replace the built-in ones");
  app.value("--history", "FILE", options.history,
            "Remember all events in this file (SQLite), so that old logs can be put away");
  app.value("--pruned", "FILE", options.pruned, "Write who was pruned, by which rule and why");
  app.value("--campaign", "NAME", options.campaign,
            "Remember in the history who is kept from this campaign by stop rules");
  app.value("--missed", "CAMPAIGN", options.missed,
            "List those kept from it then who may be mailed now");
  app.value("--explain", "ADDRESS", options.explain, "Tell the story of one address");
  app.flag("--rebuild", options.rebuild,
           "Read all given logs in whole again and make the history's indexes anew");
  app.flag("--status", options.status, "Count what the history holds");
  app.value("--reinstate", "ADDRESS|provider=NAME", options.reinstate,
            "Make void what failed so far");
  app.value("--forget", "ADDRESS", options.forget,
            "Erase an address from the history; it stays suppressed by a hash");
  app.value("--at", "TIME", options.at, "Judge holds as of this time (RFC 3339) and not now");
  app.value("--syntax", "MODE", options.syntax,
            "What is an address: strict, smtp (default; what can be mailed) or loose");
  app.value("--duplicates", "MODE", options.duplicates,
            "What is the same address: exact, fold (default), provider or off");
  app.value("--disposable", "FILE", options.disposable,
            "Domains of throw-away addresses that replace the built-in ones");
  app.value("--inactive", "TIME", options.inactive,
            "Prune those whose last_engaged_at is longer ago than this: 180d");
  app.flag("--allow-bad-suppress", options.allow_bad_suppress,
           "Go on although --suppress has lines that cannot be read");
  app.flag("--tag", options.tag, "Pass all on, the pruned with a member \"prune\" at their end");
  app.flag("--stats", options.stats, "Say on standard error who was pruned, by rule and by domain");
  app.flag("--dry-run", options.dry_run,
           "Say who would be pruned; write no records and no file, and leave the history as it is");
  app.flag("--check", options.check, "The same without a word: exit 1 when any would be pruned");
  app.value("--max-drop", "SHARE", options.max_drop,
            "Write nothing and exit 75 when more of the list would be dropped: 5%");
  app.value("--max-drop-domain", "SHARE", options.max_drop_domain,
            "The same for each domain of which 10 or more would be dropped: 20%");
  app.flag("--strict", options.strict,
           "Validate recipients' records in whole, what is inside nested values too");
  app.operands("FILE", options.files, "Recipients (JSON lines); standard input by default");
}

bool changes_history(const Options& options) {
  return !options.reinstate.empty() || !options.forget.empty();
}

bool asks(const Options& options) {
  return !options.missed.empty() || !options.explain.empty() || options.status;
}

namespace {

/// The commands exclude each other, and most need a history.
Result<void> check_commands(const Options& options) {
  const std::pair<const char*, bool> commands[] = {{"--missed", !options.missed.empty()},
                                                   {"--explain", !options.explain.empty()},
                                                   {"--status", options.status},
                                                   {"--reinstate", !options.reinstate.empty()},
                                                   {"--forget", !options.forget.empty()}};
  const char* command = nullptr;
  for (const auto& [name, given] : commands) {
    if (!given) continue;
    if (command) {
      return fail(ErrorCode::Unsupported,
                  fmt::format("{} and {} exclude each other", command, name));
    }
    command = name;
  }
  const auto needs_history = [&](const char* name) {
    return fail(ErrorCode::Unsupported, fmt::format("{} needs --history", name));
  };
  if (options.history.empty() && !options.campaign.empty()) return needs_history("--campaign");
  if (options.history.empty() && options.rebuild) return needs_history("--rebuild");
  if (!command) return {};
  if (!options.files.empty() || !options.pruned.empty() || !options.campaign.empty()) {
    return fail(ErrorCode::Unsupported,
                fmt::format("{} goes with no recipients, --pruned or --campaign", command));
  }
  if (!options.explain.empty()) {
    if (!options.history.empty() || !options.events.empty() || !options.suppress.empty()) return {};
    return fail(ErrorCode::Unsupported, "--explain needs --history, --events or --suppress");
  }
  if (options.history.empty()) return needs_history(command);
  if (changes_history(options) && options.only_looks()) {
    return fail(ErrorCode::Unsupported,
                fmt::format("{} changes the history, which --dry-run and --check do not", command));
  }
  if (changes_history(options) && options.events.size() + options.suppress.size() > 0) {
    return fail(ErrorCode::Unsupported, fmt::format("{} goes with --history alone", command));
  }
  return {};
}

/// Whether an open descriptor is the file of that name.
bool is_open_as(int fd, const std::string& path) {
  struct stat open{};
  struct stat named{};
  return fstat(fd, &open) == 0 && stat(path.c_str(), &named) == 0 && S_ISREG(named.st_mode) &&
         open.st_dev == named.st_dev && open.st_ino == named.st_ino;
}

/// What is written must not be what is read.
Result<void> check_pruned(const Options& options) {
  const auto& pruned = options.pruned;
  std::vector<std::string> others{options.history, options.policy, options.disposable};
  for (const auto* inputs : {&options.files, &options.events, &options.suppress}) {
    others.insert(others.end(), inputs->begin(), inputs->end());
  }
  for (const auto& path : others) {
    std::error_code none;
    if (!path.empty() && (path == pruned || std::filesystem::equivalent(path, pruned, none))) {
      return fail(ErrorCode::Unsupported, "--pruned would overwrite " + path);
    }
  }
  if (is_open_as(STDIN_FILENO, pruned)) {
    return fail(ErrorCode::Unsupported, "--pruned would overwrite standard input");
  }
  if (is_open_as(STDOUT_FILENO, pruned)) {
    return fail(ErrorCode::Unsupported, "--pruned and standard output are one file");
  }
  return {};
}

/// A value that is empty is a slip of a script, and must not be taken for none.
Result<void> check_empty(const cli::App& app) {
  for (const char* name :
       {"--policy", "--history", "--pruned", "--campaign", "--missed", "--explain", "--reinstate",
        "--forget", "--at", "--disposable", "--inactive", "--max-drop", "--max-drop-domain"}) {
    if (app.is_given_empty(name)) {
      return fail(ErrorCode::Unsupported, fmt::format("{} needs a value that is not empty", name));
    }
  }
  return {};
}

}  // namespace

Result<void> check(const cli::App& app, const Options& options) {
  if (auto ok = check_empty(app); !ok) return ok;
  if (auto ok = check_commands(options); !ok) return ok;
  auto stdin_uses = std::count(options.files.begin(), options.files.end(), "-");
  if (options.files.empty() && !asks(options)) ++stdin_uses;
  stdin_uses += std::count(options.events.begin(), options.events.end(), "-");
  stdin_uses += std::count(options.suppress.begin(), options.suppress.end(), "-");
  stdin_uses += options.policy == "-" ? 1 : 0;
  stdin_uses += options.disposable == "-" ? 1 : 0;
  if (stdin_uses > 1) {
    return fail(ErrorCode::Unsupported, "standard input cannot be read for two things");
  }
  if (options.pruned == "-") {
    return fail(ErrorCode::Unsupported, "--pruned needs a file: standard output is for the kept");
  }
  if (!options.at.empty() && !parse_rfc3339(options.at)) {
    return fail(ErrorCode::Unsupported, "--at needs a time like 2026-11-21T09:00:00Z");
  }
  for (const auto* share : {&options.max_drop, &options.max_drop_domain}) {
    if (!share->empty() && !parse_share(*share)) {
      return fail(
          ErrorCode::Unsupported,
          "--max-drop and --max-drop-domain need a share like 5%, above 0% and at most 100%");
    }
  }
  if (!syntax_named(options.syntax)) {
    return fail(ErrorCode::Unsupported, "--syntax is strict, smtp or loose");
  }
  if (!rules::same_address_named(options.duplicates)) {
    return fail(ErrorCode::Unsupported, "--duplicates is exact, fold, provider or off");
  }
  if (!options.inactive.empty() && !parse_duration(options.inactive)) {
    return fail(ErrorCode::Unsupported, "--inactive needs a time like 180d or 26w");
  }
  if (options.pruned.empty()) return {};
  return check_pruned(options);
}
