#pragma once

#include <cstddef>
#include <string>

#include "cli/exit.h"
#include "cli/log.h"
#include "cli/output.h"
#include "options.h"
#include "run.h"

/// How the answers are shown.
struct HealthStyle {
  bool json = true;
  bool color = false;
  std::size_t columns = 80;
  std::string language;
};

/// What --health alone cannot see: its targets are addresses and domains, few enough for one
/// sender.
hagaki::Result<void> check_health(const Options& options);

/// Looks at the sender that the operands name and reports. The exit code: 74 writing failed, 1 an
/// error was found, 75 something could not be looked up, 0 else.
hagaki::cli::Exit run_health(const Options& options, const Edges& edges, const HealthStyle& style,
                             hagaki::cli::Output& out, hagaki::cli::Log& log);
