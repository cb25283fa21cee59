#pragma once

#include "cli/app.h"
#include "cli/log.h"
#include "cli/output.h"
#include "options.h"

/// --status: tells from the journal how far the campaign is, for a person or as a record `status`.
hagaki::cli::Exit status(const Options& options, const hagaki::cli::CommonOptions& common,
                         hagaki::cli::Output& out, hagaki::cli::Log& log);
