#pragma once

#include <string>
#include <vector>

#include "cli/app.h"

/// What the command line asks for.
struct Options {
  bool explain = false;
  bool all = false;
  std::string rules;                ///< file; empty = built in
  std::string dialects;             ///< file; empty = built in
  std::vector<std::string> inputs;  ///< empty = standard input
};

/// Binds `options` to the tool's option table.
void add_options(hagaki::cli::App& app, Options& options);
