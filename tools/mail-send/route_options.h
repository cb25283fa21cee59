#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "cli/app.h"
#include "cli/log.h"
#include "rules/route_table.h"

/// Which way whose mail goes, where that is not one for all.
struct RouteOptions {
  std::string file;      ///< empty: one way for all
  std::string stand_in;  ///< the relay for receivers that refuse us; empty: none
  std::shared_ptr<const hagaki::rules::RouteTable>
      table;  ///< of `file`, once load_routes() read it
};

/// Adds the options to the table; `options` must outlive parsing.
void add_route_options(hagaki::cli::App& app, RouteOptions& options);

/// Reads the file that the options name, once: it may be a pipe. What is odd is told as a warning.
/// Error::Config says what is wrong in it; else errors as cli::read_whole() has them.
hagaki::Result<void> load_routes(RouteOptions& options, hagaki::cli::Log& log);

/// Whether mail goes through this relay of the table.
bool uses_relay(const RouteOptions& options, const std::string& name);
