#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/exit.h"
#include "cli/log.h"
#include "options.h"
#include "records/reader.h"
#include "rules/look_alike.h"
#include "rules/stop.h"
#include "rules/suppression.h"
#include "store/history.h"

/// What came back so far: reads the logs, straight or through the history, and hands their events
/// to those who judge by them.
class Events {
 public:
  Events(const Options& options, const hagaki::rules::Policy& policy, hagaki::cli::Log& log,
         hagaki::records::BadLine on_bad)
      : options_(options), policy_(policy), log_(log), on_bad_(std::move(on_bad)) {}

  /// Reads everything once; `look_alikes` must not outlive this. An exit code where the run must
  /// end.
  std::optional<hagaki::cli::Exit> read(hagaki::rules::StopRules& stop,
                                        hagaki::rules::LookAlikes& look_alikes,
                                        hagaki::rules::Suppression& suppression);

  /// The history, open where there is one.
  [[nodiscard]] hagaki::store::History* history() { return history_ ? &*history_ : nullptr; }

  /// What is known of the address that --explain names.
  [[nodiscard]] const std::vector<hagaki::store::History::Kept>& story() const { return story_; }

 private:
  using End = std::optional<hagaki::cli::Exit>;
  End read_straight(hagaki::rules::StopRules& stop, hagaki::rules::LookAlikes& look_alikes);
  End read_history(hagaki::rules::StopRules& stop, hagaki::rules::LookAlikes& look_alikes,
                   hagaki::rules::Suppression& suppression);
  /// Gives each event of the logs to `take`, which may fail; of a log that `history` (may be null)
  /// knows only what was appended since.
  template <class Take>
  End read_logs(hagaki::store::History* history, Take take);
  hagaki::cli::Exit failed(const hagaki::Error& error);

  const Options& options_;
  const hagaki::rules::Policy& policy_;
  hagaki::cli::Log& log_;
  hagaki::records::BadLine on_bad_;
  std::optional<hagaki::store::History> history_;
  std::vector<hagaki::store::History::Kept> story_;
};
