#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "cli/exit.h"
#include "cli/log.h"
#include "cli/output.h"
#include "options.h"
#include "rules/look_alike.h"
#include "rules/prune.h"
#include "rules/stop.h"
#include "rules/suppression.h"
#include "store/history.h"

/// How the history names the receiver of a canonical key: its provider, or the domain where that is
/// none's.
std::string receiver_name(std::string_view key);

/// Opens the history that the options name. A question or a change makes none: Error::NotFound
/// where there is no such file, and no log to make it from.
hagaki::Result<hagaki::store::History> open_history(const Options& options);

/// Suppresses whom the history was told to forget; `path` stands in the evidence.
hagaki::Result<void> suppress_forgotten(hagaki::store::History& history, const std::string& path,
                                        hagaki::rules::Suppression& suppression);

/// What recipients are judged by, once it has been read.
struct Judges {
  hagaki::rules::Pruner& pruner;
  const hagaki::rules::StopRules& stop;
  hagaki::store::History* history = nullptr;               ///< null where none was given
  const std::vector<hagaki::store::History::Kept>& story;  ///< of the address that --explain names
};

/// Where the answer to a command goes.
struct Answer {
  hagaki::cli::Output& out;
  hagaki::cli::Log& log;
  hagaki::Timestamp now;
  std::string lang;
  bool for_person = false;  ///< a table or text in place of records
};

/// Changes the history as --reinstate or --forget asks: before anybody is judged by it.
hagaki::cli::Exit change_history(const Options& options, const Answer& answer);

/// Answers --status, --missed or --explain.
hagaki::cli::Exit answer_from_history(const Options& options, const Judges& judges,
                                      const Answer& answer);
