#include <cstdio>
#include <optional>

#include "base/limits.h"
#include "cli/input.h"
#include "options.h"
#include "run.h"

using namespace hagaki;

namespace {

/// A table from `file`; nothing, and told, where it cannot be read.
template <class Table>
std::optional<Table> load(const std::string& file, cli::Log& log) {
  const auto text = cli::read_whole(file, limits::kDataFile);
  auto table = text ? Table::parse(*text) : Result<Table>(tl::unexpected(text.error()));
  if (table) return std::move(*table);
  log.error(text ? file + ": " + table.error().text() : table.error().text());
  return std::nullopt;
}

}  // namespace

int main(int argc, char** argv) {
  cli::App app("bounce-parse", "Say per recipient what came back, and why.", "[FILE|DIR…]");
  Options options;
  add_options(app, options);
  if (const auto done = app.parse(argc, argv)) return static_cast<int>(*done);

  const auto& common = app.common();
  cli::Log log(app.name(), common.quiet, common.verbose);
  if (options.inputs.empty() && cli::stdin_is_terminal()) {
    std::fputs(app.short_help().c_str(), stderr);
    return static_cast<int>(cli::Exit::Usage);
  }
  // A mail system that hands over a bounce keeps it, whatever is wrong with our tables.
  const auto misconfigured =
      static_cast<int>(options.inputs.empty() ? cli::Exit::TempFail : cli::Exit::Config);
  if (const auto checked = check(options); !checked) {
    log.error(checked.error().text());
    return static_cast<int>(cli::Exit::Usage);
  }
  std::optional<reason::Rules> rules;
  if (!options.rules.empty() && !(rules = load<reason::Rules>(options.rules, log))) {
    return misconfigured;
  }
  std::optional<dsn::Dialects> dialects;
  if (!options.dialects.empty() && !(dialects = load<dsn::Dialects>(options.dialects, log))) {
    return misconfigured;
  }
  const auto formats = parse_formats(options.formats).value_or(Formats{});
  const auto advisor = reason::Advisor::builtin(common.lang);
  cli::Output out;
  ReportWriter writer(out, advisor,
                      {.json = common.json || formats.sisimai || !cli::stdout_is_terminal(),
                       .explain = options.explain,
                       .all = options.all,
                       .japanese = common.lang == "ja",
                       .color = cli::use_color(common.color),
                       .columns = cli::terminal_columns(),
                       .formats = formats});
  const Tables tables{rules ? *rules : reason::Rules::embedded(),
                      dialects ? *dialects : dsn::Dialects::embedded(), advisor};
  return static_cast<int>(run(options, tables, writer, out, log));
}
