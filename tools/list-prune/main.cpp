#include <cstdio>

#include "base/digest.h"
#include "options.h"
#include "run.h"

using namespace hagaki;

int main(int argc, char** argv) {
  cli::App app("list-prune",
               "Keep the recipients that may be mailed, and say why the others may not.",
               "[--events FILE…] [--suppress FILE…] [--pruned FILE] [FILE…]");
  Options options;
  add_options(app, options);
  if (const auto done = app.parse(argc, argv)) return static_cast<int>(*done);

  const auto& common = app.common();
  cli::Log log(app.name(), common.quiet, common.verbose);
  const bool command = changes_history(options) || asks(options);
  if (!command && options.files.empty() && cli::stdin_is_terminal()) {
    std::fputs(app.short_help().c_str(), stderr);
    return static_cast<int>(cli::Exit::Usage);
  }
  if (const auto ok = check(app, options); !ok) {
    log.error(ok.error().text());
    return static_cast<int>(cli::Exit::Usage);
  }

  const auto at = parse_rfc3339(options.at);
  // The seed is secret and new for each run: nobody can choose an address that passes for another.
  const rules::KeyHasher hasher(random_bytes(16));
  cli::Output kept;
  PrunedTable table;
  const auto advisor = reason::Advisor::builtin(common.lang);
  const bool for_person =
      options.dry_run || (cli::stdout_is_terminal() && !common.json && !options.check);
  const bool color = cli::use_color(common.color);
  // A story is for reading, wherever it goes.
  const bool as_text = !options.explain.empty() ? !common.json : for_person;
  const Answer answer{kept, log, at ? *at : now(), common.lang, as_text};
  if (changes_history(options)) return static_cast<int>(change_history(options, answer));
  Summary summary;
  const auto exit = run(options, at ? *at : now(), hasher,
                        {.kept = kept,
                         .advisor = &advisor,
                         .answer = command ? &answer : nullptr,
                         .table = for_person ? &table : nullptr},
                        log, summary);

  log.end_bad_lines();
  if (command) return static_cast<int>(exit);
  const bool read = exit == cli::Exit::Ok || exit == cli::Exit::No || exit == cli::Exit::Data;
  if (for_person && read) {
    kept.write(table.text(cli::terminal_columns(), color));
    kept.flush();
    const auto written = cli::written(kept, log, exit);
    if (written != exit) return static_cast<int>(written);
  }
  if (((options.stats || options.dry_run) && read) || summary.past_limit) {
    std::fputs(summary_table(summary).text(cli::terminal_columns(), color).c_str(), stderr);
    const auto domains = domain_table(summary);
    if (!domains.empty()) {
      std::fputs(domains.text(cli::terminal_columns(), color).c_str(), stderr);
    }
    return static_cast<int>(exit);
  }
  if (!read) return static_cast<int>(exit);
  if (cli::stderr_is_terminal() && !common.quiet) {
    std::fputs(summary_table(summary).text(cli::terminal_columns(), color).c_str(), stderr);
  } else if (!kept.closed()) {
    log.note(summary_line(summary));
  }
  return static_cast<int>(exit);
}
