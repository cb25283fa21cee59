#include <cstdio>

#include "options.h"
#include "run.h"

using namespace hagaki;

int main(int argc, char** argv) {
  cli::App app("mail-send", "Send one personal message to each recipient, and never two.",
               "-t TEMPLATE {--relay URL… | --direct | --route FILE | --to-maildir DIR | --preview "
               "N} [OPTION…] "
               "[FILE…]");
  Options options;
  add_options(app, options);
  if (const auto done = app.parse(argc, argv)) return static_cast<int>(*done);

  const auto& common = app.common();
  cli::Log log(app.name(), common.quiet, common.verbose);
  const bool reads = !options.print_dkim_record && !options.check && !options.list_findings &&
                     !options.status && options.release.empty();
  if (options.files.empty() && reads && cli::stdin_is_terminal()) {
    std::fputs(app.short_help().c_str(), stderr);
    return static_cast<int>(cli::Exit::Usage);
  }
  if (const auto ok = check(options); !ok) {
    log.error(ok.error().text());
    return static_cast<int>(cli::Exit::Usage);
  }
  const bool goes_nowhere = options.list_findings || options.status || !options.release.empty() ||
                            options.print_dkim_record || options.bulk.verify_token;
  if (!goes_nowhere) {
    if (const auto ok = load_routes(options.routing, log); !ok) {
      log.error(ok.error().text());
      return static_cast<int>(cli::exit_for(ok.error().code));
    }
  }
  cli::Output out;
  return static_cast<int>(run(options, common, out, log));
}
