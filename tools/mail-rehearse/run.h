#pragma once

#include "cli/exit.h"
#include "cli/log.h"
#include "cli/output.h"
#include "options.h"
#include "rehearse/scenario.h"

/// Plays the scenario until SIGINT or SIGTERM: prints the ready record once all sockets listen, and
/// the summary record at the end. With `for_person` both are sentences.
hagaki::cli::Exit run(const Options& options, const hagaki::rehearse::Scenario& scenario,
                      hagaki::cli::Output& out, hagaki::cli::Log& log, bool for_person);
