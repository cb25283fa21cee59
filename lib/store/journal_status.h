#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace hagaki::store {

/// How many recipients of a journal stand how; each counts once.
struct StandingCounts {
  std::uint64_t delivered = 0;
  std::uint64_t failed = 0;
  std::uint64_t held = 0;
  std::uint64_t uncertain = 0;  ///< cut off with their body on its way, reported as such or not yet
  std::uint64_t deferred = 0;   ///< tried, to be tried again
  std::uint64_t planned = 0;    ///< never tried
  std::uint64_t in_flight = 0;  ///< a try was begun and has no outcome

  [[nodiscard]] std::uint64_t done() const { return delivered + failed + held + uncertain; }
  [[nodiscard]] std::uint64_t left() const { return deferred + planned + in_flight; }
};

/// The recipients whose mail one provider takes.
struct ProviderStatus {
  std::string name;  ///< empty: none was found, or the journal does not tell
  StandingCounts counts;
  std::string reason;  ///< of the last outcome that was no delivery; empty when there was none
  std::optional<Timestamp> reason_at;
};

/// What a journal tells about its campaign.
struct JournalStatus {
  enum class Run {
    Running,  ///< a process has it
    Done,     ///< ended with nothing left to do
    Stopped,  ///< ended by itself with something left
    Died,     ///< was killed, or the machine went down
    Unknown,  ///< not running, and the journal is of a version that does not tell more
  };

  std::string campaign;
  Run run = Run::Unknown;
  std::optional<std::int64_t> pid;     ///< of the last run
  std::optional<Timestamp> began;      ///< when the journal was made
  std::optional<Timestamp> run_began;  ///< the last run
  std::optional<Timestamp> run_ended;
  std::optional<Timestamp> last_outcome;
  /// Recipients in the input of the last run, so far.
  std::uint64_t input = 0;
  bool input_complete = false;  ///< and that is all of it

  StandingCounts counts;
  std::vector<ProviderStatus> providers;  ///< by name
  /// Outcomes for good of the last run, in the time before it was looked at.
  std::uint64_t last_minute = 0;
  std::uint64_t last_ten_minutes = 0;
  /// When the next of the deferred and planned may be tried; nothing where none has a time.
  std::optional<Timestamp> next_retry_at;
  std::optional<Timestamp> last_retry_at;  ///< and the last of them

  [[nodiscard]] std::uint64_t recipients() const { return counts.done() + counts.left(); }
  /// Without an outcome for good, those included that the run has not journalled yet; nothing while
  /// nobody knows how many there are.
  [[nodiscard]] std::optional<std::uint64_t> left() const;
  /// Outcomes a second in the last minute, or as long as the run takes; 0 when it does not run.
  [[nodiscard]] double rate(Timestamp now) const;
  /// When all may be done at the rate of the last ten minutes, and after the last wait that is
  /// known; nothing where that cannot be told.
  [[nodiscard]] std::optional<Timestamp> eta(Timestamp now) const;
};

/// Reads the journal at `path` while a process writes it, or afterwards; changes and locks nothing.
/// Error::NotFound when there is none, Error::Config when the file is something else or a journal
/// of a version to come, Error::Io when it cannot be read.
Result<JournalStatus> read_journal_status(const std::string& path, Timestamp now);

}  // namespace hagaki::store
