#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "store/journal.h"
#include "store/marks.h"
#include "store/sqlite.h"

namespace hagaki::store {

/// What a journal's file says about itself and about the run before this one.
struct Opened {
  std::string nonce;      ///< ties the marks to this file
  bool had_work = false;  ///< it has recipients
  std::vector<Interrupted> interrupted;
  std::uint64_t last_recipient = 0;
  std::uint64_t last_outcome = 0;
};

/// Looks at the file itself, without SQLite, which could change it: Error::Config when `path` is
/// neither missing, empty, an empty database nor a journal, Error::Io when it cannot be read.
Result<void> check_journal_file(const std::string& path);

/// Makes or checks the tables, and sorts what an earlier run left in flight into Planned and
/// Interrupted, all in one transaction. Errors as Journal::open has them.
Result<Opened> prepare_journal(Database& db, const std::string& campaign, bool resume,
                               Marks& marks);

}  // namespace hagaki::store
