#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"
#include "cli/app.h"
#include "route_options.h"

/// What becomes of recipients whose receiver refuses us.
struct BlockOption {
  std::string text;          ///< as given; empty = they wait
  bool next_source = false;  ///< set by check_block_option(), as `relay`
  std::string relay;         ///< its name in the table of routes, lower case; empty = none
};

/// Adds the option to the table; `option` must outlive parsing.
void add_block_option(hagaki::cli::App& app, BlockOption& option);

/// Checks what the table cannot, and tells `routing` of a relay that is named; `sources` is the
/// number of addresses to send from.
hagaki::Result<void> check_block_option(BlockOption& option, std::size_t sources,
                                        RouteOptions& routing);
