#pragma once

#include "base/result.h"
#include "cli/log.h"
#include "options.h"

/// Adds to the operands what --self and --received find: this machine's own addresses by route, and
/// those that a message on standard input came through. Private ones are told and left out.
/// Error::NotFound where nothing is left to ask about.
hagaki::Result<void> find_targets(Options& options, hagaki::cli::Log& log);
