#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
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

/// What a file is by its first bytes.
enum class FileKind {
  Missing,
  Empty,  ///< no bytes, or a database without tables, as far as the file alone tells
  Journal,
  Newer,  ///< a journal of a version to come
  Foreign,
};

/// Takes back a try of recipient ?1 that was not made, so that ?2 were: it stands as before it.
inline constexpr const char* kTakeBack =
    "UPDATE recipient SET attempt=?2, first_at=CASE WHEN ?2>0 THEN first_at END, "
    "standing=CASE WHEN event IS NULL THEN 0 WHEN event='deferred' THEN 2 ELSE 3 END WHERE id=?1";

/// Looks at the file itself, without SQLite, which could change it. Error::Io when it cannot be
/// read.
Result<FileKind> journal_file_kind(const std::string& path);
/// Error::Config when `path` is neither missing, empty, nor a journal.
Result<void> check_journal_file(const std::string& path);
/// When the journal at `path` was written to last, by the clock of its file system.
Timestamp last_change(const std::string& path);

/// Makes or checks the tables, brings those of an older version to the present form, and sorts what
/// an earlier run left in flight into Planned and Interrupted, all in one transaction.
/// `last_written` is when it was written to before. Errors as Journal::open has them.
Result<Opened> prepare_journal(Database& db, const std::string& campaign, bool resume, Marks& marks,
                               Timestamp last_written);

/// What the journal says of itself under `name`; empty where it does not.
Result<std::string> journal_meta(const Database& db, std::string_view name);
/// The version of an open journal's tables: 1 has no times, 2 neither first_at, retry_at, provider
/// nor reason.
Result<std::int64_t> journal_format(const Database& db);
/// The campaign of an open journal; empty where it has no tables. Error::Config when it is none.
Result<std::string> journal_campaign(const Database& db);

}  // namespace hagaki::store
