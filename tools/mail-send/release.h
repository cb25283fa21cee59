#pragma once

#include "cli/exit.h"
#include "cli/log.h"
#include "options.h"

/// The file beside the journals in which receivers are remembered.
std::string receivers_file(const Options& options);

/// --release: ends the holds of these receivers. Exit 1 where one of them is not held.
hagaki::cli::Exit release(const Options& options, hagaki::cli::Log& log);
