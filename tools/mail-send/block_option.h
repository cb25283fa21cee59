#pragma once

#include <string>

#include "base/result.h"
#include "cli/app.h"

/// What becomes of recipients whose receiver refuses us.
struct BlockOption {
  std::string text;          ///< as given; empty = they wait
  bool next_source = false;  ///< set by check_block_option()
};

/// Adds the option to the table; `option` must outlive parsing.
void add_block_option(hagaki::cli::App& app, BlockOption& option);

/// Checks what the table cannot; `sources` is the number of addresses to send from.
hagaki::Result<void> check_block_option(BlockOption& option, std::size_t sources);
