#include <cstdio>

#include "base/limits.h"
#include "base/text.h"
#include "cli/input.h"
#include "options.h"
#include "run.h"

using namespace hagaki;

int main(int argc, char** argv) {
  cli::App app("mail-rehearse", "Play the receiving internet on loopback, as a scenario says.",
               "SCENARIO [--dns HOST:PORT] [--smtp HOST:PORT] [--maildir DIR] [--bounces DIR]");
  Options options;
  add_options(app, options);
  if (const auto done = app.parse(argc, argv)) return static_cast<int>(*done);

  const auto& common = app.common();
  cli::Log log(app.name(), common.quiet, common.verbose);
  if (options.scenario.empty() && cli::stdin_is_terminal()) {
    std::fputs(app.short_help().c_str(), stderr);
    return static_cast<int>(cli::Exit::Usage);
  }
  if (options.scenario.empty()) options.scenario.emplace_back("-");
  if (const auto ok = check(options); !ok) {
    log.error(ok.error().text());
    return static_cast<int>(cli::Exit::Usage);
  }

  const std::string& path = options.scenario.front();
  const auto text = cli::read_whole(path, limits::kDataFile);
  if (!text) {
    log.error(text.error().text());
    return static_cast<int>(cli::exit_for(text.error().code));
  }
  const auto scenario = rehearse::parse_scenario(*text, path == "-" ? "stdin" : path);
  if (!scenario) {
    log.error(scenario.error().text());
    return static_cast<int>(cli::Exit::Config);
  }
  log.debug("the scenario has " + counted(scenario->domains.size(), "domain") + " and " +
            counted(scenario->hosts.size(), "host"));
  if (options.check) {
    if (const auto answers = rehearse::DnsAnswers::make(*scenario); !answers) {
      log.error(answers.error().text());
      return static_cast<int>(cli::Exit::Config);
    }
    return static_cast<int>(cli::Exit::Ok);
  }
  cli::Output out;
  const bool for_person = cli::stdout_is_terminal() && !common.json;
  return static_cast<int>(run(options, *scenario, out, log, for_person));
}
