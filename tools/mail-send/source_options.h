#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/app.h"
#include "cli/log.h"
#include "rules/source_pool.h"
#include "rules/warm_up_table.h"

/// Where mail-send was asked to send from.
struct SourceOptions {
  std::vector<std::string> addresses;  ///< as given; empty = the system chooses
  hagaki::rules::SourcePool pool;      ///< set by check_sources()
  std::string warm_up;                 ///< file; empty = all are warm
};

/// Adds the options to the table; `options` must outlive parsing.
void add_source_options(hagaki::cli::App& app, SourceOptions& options);

/// Checks what the table cannot. The message of an Error names the option.
hagaki::Result<void> check_sources(SourceOptions& options);

/// Reads --warm-up; empty where there is none. What is odd is told as a warning. Error::Config says
/// what is wrong in the file.
hagaki::Result<hagaki::rules::WarmUpTable> read_warm_ups(const SourceOptions& options,
                                                         hagaki::cli::Log& log);

/// Whether this machine has these addresses: Error::Config.
hagaki::Result<void> find_sources(const SourceOptions& options);
