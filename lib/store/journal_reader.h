#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "store/journal.h"

namespace hagaki::store {

/// One recipient of a journal.
struct JournalEntry {
  std::string key;  ///< Address::key()
  Standing standing = Standing::InFlight;
  std::string event;  ///< of the last outcome; empty when there was none
  /// When that was known; nothing where no outcome is there, or the journal is of a version that
  /// kept no times.
  std::optional<Timestamp> at;
};

/// What is in a journal, for those who have no business writing there: nothing is changed, locked
/// or made, and another process may be writing it.
class JournalReader {
 public:
  /// Nothing when the file is missing, empty, or something else than a journal. Error::Config for a
  /// journal of a version to come, Error::Io when it cannot be read.
  static Result<std::optional<JournalReader>> open(const std::string& path);

  [[nodiscard]] const std::string& campaign() const { return campaign_; }
  /// When it was written to last: no outcome in it was later.
  [[nodiscard]] Timestamp last_written() const { return last_written_; }
  /// Calls `visit` for each recipient, in any order; for the same one again where another process
  /// came in between.
  Result<void> for_each(const std::function<void(const JournalEntry&)>& visit) const;

 private:
  std::string path_;
  std::string campaign_;
  Timestamp last_written_{};
};

}  // namespace hagaki::store
