#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "cli/app.h"

/// What list-prune was asked to do.
struct Options {
  std::vector<std::string> events;    ///< logs of mail-send and bounce-parse
  std::vector<std::string> suppress;  ///< suppression lists
  std::string policy;                 ///< empty = the built-in one
  std::string history;                ///< SQLite file that remembers events; empty = none
  std::string pruned;                 ///< where pruned records go; empty = nowhere
  std::string campaign;               ///< what the kept are meant for; empty = not told
  std::string explain;                ///< the address whose story is asked for
  std::string missed;                 ///< the campaign whose held back are asked for
  std::string reinstate;              ///< address or provider=NAME
  std::string forget;                 ///< address
  bool rebuild = false;               ///< read logs in whole again, make indexes anew
  bool status = false;                ///< counts of the history
  std::string at;                     ///< RFC 3339; empty = now
  std::vector<std::string> files;     ///< recipients; empty = standard input
};

/// True where the history is to be changed and nobody judged.
bool changes_history(const Options& options);
/// True where a question is to be answered in place of passing recipients on.
bool asks(const Options& options);

/// Makes the option table; `options` must outlive parsing.
void add_options(hagaki::cli::App& app, Options& options);

/// Checks what the table cannot: Error::Unsupported names the conflict.
hagaki::Result<void> check(const Options& options);
