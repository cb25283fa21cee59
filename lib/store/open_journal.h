#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"
#include "store/journal_schema.h"
#include "store/sqlite.h"

namespace hagaki::store {

/// SQLite's write-ahead log is there while a process has the journal open, and after a kill.
inline bool has_log(const std::string& path) {
  std::error_code none;
  return std::filesystem::exists(path + "-wal", none);
}

/// Calls `use` with the journal at `path`, opened so that no file is made beside one that nobody
/// has open. Where somebody opens it meanwhile, `use` is called again.
template <class Use>
Result<void> with_journal(const std::string& path, const Use& use) {
  const auto use_as = [&](Database::Mode mode) -> Result<void> {
    const auto db = Database::open(path, mode);
    if (!db) return tl::unexpected<Error>(db.error());
    return use(*db);
  };
  if (!has_log(path)) {
    const Timestamp before = last_change(path);
    auto done = use_as(Database::Mode::Frozen);
    if (!has_log(path) && last_change(path) == before) return done;
  }
  return use_as(Database::Mode::ReadOnly);
}

}  // namespace hagaki::store
