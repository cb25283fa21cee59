#pragma once

#include "base/time.h"
#include "cli/exit.h"
#include "cli/log.h"
#include "cli/output.h"
#include "history_commands.h"
#include "options.h"
#include "reason/explain.h"
#include "report.h"
#include "rules/key_hash.h"

/// Where a run writes.
struct Outputs {
  hagaki::cli::Output& kept;
  const hagaki::reason::Advisor* advisor = nullptr;  ///< explains pruned records; null = none
  const Answer* answer = nullptr;  ///< a question is answered in place of passing recipients on
  PrunedTable* table = nullptr;    ///< a person reads: the pruned here, and no records on `kept`
};

/// Reads policy, suppression lists and events, then passes recipients on. Bad lines are told to
/// `log`, counted in `summary` and end in Exit::Data after everything else is done. Nothing is
/// written before all that recipients are judged by has been read.
hagaki::cli::Exit run(const Options& options, hagaki::Timestamp now,
                      hagaki::rules::KeyHasher hasher, Outputs outputs, hagaki::cli::Log& log,
                      Summary& summary);
