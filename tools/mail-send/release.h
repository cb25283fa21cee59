#pragma once

#include <string_view>

#include "cli/exit.h"
#include "cli/log.h"
#include "options.h"

/// Its name beside the journals (beside_journal()): receivers are remembered in it.
inline constexpr std::string_view kReceiversFile = "receivers";

/// --release: ends the holds of these receivers. Exit 1 where one of them is not held.
hagaki::cli::Exit release(const Options& options, hagaki::cli::Log& log);
