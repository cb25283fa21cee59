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
  std::string syntax = "smtp";        ///< strict, smtp or loose
  std::string duplicates = "fold";    ///< exact, fold, provider or off
  std::string disposable;             ///< a list that replaces the built-in one; empty = that
  std::string inactive;               ///< "180d"; empty = nobody is inactive
  bool allow_bad_suppress = false;    ///< go on where a suppression list has bad lines
  bool tag = false;                   ///< mark the pruned and pass them on
  bool stats = false;                 ///< a table of the pruned by rule and domain
  bool dry_run = false;               ///< say what would be done, write nothing
  bool check = false;                 ///< write nothing; the exit code tells
  std::string max_drop;               ///< "5%" of the list; empty = no bound
  std::string max_drop_domain;        ///< "20%" of a domain; empty = no bound
  bool strict = false;                ///< validate recipients' records in whole
  std::vector<std::string> files;     ///< recipients; empty = standard input

  /// Nothing is written or remembered.
  [[nodiscard]] bool only_looks() const { return dry_run || check; }
};

/// True where the history is to be changed and nobody judged.
bool changes_history(const Options& options);
/// True where a question is to be answered in place of passing recipients on.
bool asks(const Options& options);

/// Makes the option table; `options` must outlive parsing.
void add_options(hagaki::cli::App& app, Options& options);

/// Checks what the table cannot: Error::Unsupported names the conflict. `app` has parsed.
hagaki::Result<void> check(const hagaki::cli::App& app, const Options& options);
