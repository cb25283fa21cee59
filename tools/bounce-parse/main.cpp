#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <optional>

#include "base/limits.h"
#include "cli/input.h"
#include "cli/message_keys.h"
#include "mailboxes.h"
#include "options.h"
#include "run.h"

using namespace hagaki;

namespace {

/// A table that `read` makes of `file`; nothing, and told, where it cannot be read.
template <class Table>
std::optional<Table> load(const std::string& file, Result<Table> (*read)(std::string_view),
                          cli::Log& log) {
  const auto text = cli::read_whole(file, limits::kDataFile);
  auto table = text ? read(*text) : Result<Table>(tl::unexpected(text.error()));
  if (table) return std::move(*table);
  log.error(text ? file + ": " + table.error().text() : table.error().text());
  return std::nullopt;
}

/// What the program ends with when it could not begin. A mail system that hands over a bounce, by
/// a pipe or a file, must keep it and try again, whatever is wrong with our command line, our
/// configuration or our tables: by any other code it would bounce the bounce.
int refuse(cli::Exit exit, const Options& options) {
  struct stat info{};
  const bool handed_over =
      options.inputs.empty() && fstat(STDIN_FILENO, &info) == 0 &&
      (S_ISFIFO(info.st_mode) || S_ISSOCK(info.st_mode) || S_ISREG(info.st_mode));
  return static_cast<int>(handed_over ? cli::Exit::TempFail : exit);
}

}  // namespace

int main(int argc, char** argv) {
  cli::App app("bounce-parse", "Say per recipient what came back, and why.", "[FILE|DIR|URL…]");
  Options options;
  add_options(app, options);
  if (const auto done = app.parse(argc, argv)) {
    return *done == cli::Exit::Ok ? static_cast<int>(*done) : refuse(*done, options);
  }

  const auto& common = app.common();
  cli::Log log(app.name(), common.quiet, common.verbose);
  if (options.inputs.empty() && cli::stdin_is_terminal()) {
    std::fputs(app.short_help().c_str(), stderr);
    return static_cast<int>(cli::Exit::Usage);
  }
  if (const auto checked = check(options); !checked) {
    log.error(checked.error().text());
    return refuse(cli::Exit::Usage, options);
  }
  std::optional<reason::Rules> rules;
  if (!options.rules.empty() && !(rules = load(options.rules, &reason::Rules::extended, log))) {
    return refuse(cli::Exit::Config, options);
  }
  std::optional<dsn::Dialects> dialects;
  if (!options.dialects.empty() &&
      !(dialects = load(options.dialects, &dsn::Dialects::parse, log))) {
    return refuse(cli::Exit::Config, options);
  }
  const auto key = cli::read_verp_key(options.verp_key);
  if (!key) {
    log.error(key.error().text());
    return refuse(cli::exit_for(key.error().code), options);
  }
  const auto tokens = cli::read_unsubscribe_keys(options.unsubscribe_key);
  if (!tokens) {
    log.error(tokens.error().text());
    return refuse(cli::exit_for(tokens.error().code), options);
  }
  if (rules) log.debug("rules of " + options.rules + " besides the built-in ones");
  if (dialects) log.debug("dialects of " + options.dialects + " instead of the built-in ones");
  if (*key) log.debug("return paths are checked by their signature");
  const auto formats = parse_formats(options.formats).value_or(Formats{});
  const bool json = common.json || formats.sisimai || !cli::stdout_is_terminal();
  // Mails that are handed over one by one should not wait for advice that nobody asked for.
  const auto advisor =
      json && !options.explain ? reason::Advisor() : reason::Advisor::builtin(common.lang);
  cli::Output out;
  ReportWriter writer(out, advisor,
                      {.json = json,
                       .explain = options.explain,
                       .all = options.all,
                       .why = options.why,
                       .japanese = common.lang == "ja",
                       .color = cli::use_color(common.color),
                       .columns = cli::terminal_columns(),
                       .formats = formats});
  const Tables tables{rules ? *rules : reason::Rules::embedded(),
                      dialects ? *dialects : dsn::Dialects::embedded(), advisor,
                      *key ? &**key : nullptr, *tokens ? &**tokens : nullptr};
  const OpenMailbox open = [&options](const std::string& url, net::OnRefused refused) {
    return open_by_url(url, options, std::move(refused));
  };
  return static_cast<int>(run(options, tables, open, writer, out, log));
}
