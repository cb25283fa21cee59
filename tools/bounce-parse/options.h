#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/app.h"

/// What the command line asks for.
struct Options {
  bool explain = false;
  bool all = false;
  std::string move;  ///< "cur", or a folder; empty = mails stay
  bool remove = false;
  std::int64_t threads = 0;          ///< 0 = as many as there are processors, at most 8
  std::int64_t max_mail = 64;        ///< MiB
  std::vector<std::string> formats;  ///< words of --format
  std::string rules;                 ///< file; empty = built in
  std::string dialects;              ///< file; empty = built in
  std::vector<std::string> inputs;   ///< empty = standard input
};

/// Binds `options` to the tool's option table.
void add_options(hagaki::cli::App& app, Options& options);

/// What contradicts itself, as a message for the person who typed it.
hagaki::Result<void> check(const Options& options);
