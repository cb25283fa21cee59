#pragma once

#include "base/time.h"
#include "cli/app.h"
#include "cli/exit.h"
#include "cli/log.h"
#include "cli/output.h"
#include "options.h"

/// Does what was asked: reads the template, checks it, and previews, writes or sends.
hagaki::cli::Exit run(const Options& options, const hagaki::cli::CommonOptions& common,
                      hagaki::cli::Output& out, hagaki::cli::Log& log);
