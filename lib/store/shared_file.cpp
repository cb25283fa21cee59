#include "store/shared_file.h"

#include <sqlite3.h>

#include <utility>

#include <fmt/core.h>

namespace hagaki::store {

using std::chrono::milliseconds;

Result<SharedFile> SharedFile::open(const std::string& path, const Kind& kind,
                                    milliseconds patience) {
  auto db = Database::open(path, Database::Mode::ReadWrite);
  if (!db) return tl::unexpected<Error>(db.error());
  SharedFile file(std::move(*db), path, kind);
  if (auto ok = file.settle(patience); !ok) return tl::unexpected<Error>(ok.error());
  return file;
}

Result<void> SharedFile::settle(milliseconds patience) {
  sqlite3_busy_timeout(db_.get(), static_cast<int>(patience.count()));
  // Looked at before the mode is changed, which would write into a file of somebody else.
  if (const auto is = is_new(); !is) {
    db_.keep_log();
    return tl::unexpected<Error>(is.error());
  }
  // Of several processes that change a new file's mode at once SQLite lets one through and tells
  // the others without waiting that it is busy.
  constexpr int kPause = 10;
  for (auto waited = milliseconds(0);; waited += milliseconds(kPause)) {
    const auto write_ahead = db_.run("PRAGMA journal_mode=WAL");
    if (write_ahead) break;
    if (sqlite3_errcode(db_.get()) != SQLITE_BUSY || waited >= patience) {
      return failed(write_ahead.error());
    }
    sqlite3_sleep(kPause);
  }
  if (auto ok = db_.run("PRAGMA synchronous=NORMAL"); !ok) return failed(ok.error());
  return transaction([this] { return make_tables(); });
}

/// Whether it has no tables yet; an error where it is none of ours.
Result<bool> SharedFile::is_new() {
  // In this order: another process may make it between the two.
  const auto tables = query_number(db_, "SELECT count(*) FROM sqlite_master");
  if (!tables) return failed(tables.error());
  const auto application = query_number(db_, "PRAGMA application_id");
  if (!application) return failed(application.error());
  if (*tables == 0 && *application == 0) return true;
  if (*application != kind_->application)
    return foreign(fmt::format("not a file of {}", kind_->name));
  return false;
}

/// Makes the tables of a new file, checks those of an old one.
Result<void> SharedFile::make_tables() {
  const auto is = is_new();
  if (!is) return tl::unexpected<Error>(is.error());
  if (*is) {
    if (auto ok = db_.run(kind_->tables); !ok) return failed(ok.error());
    return {};
  }
  const auto format = query_number(db_, "PRAGMA user_version");
  if (!format) return failed(format.error());
  if (*format != kind_->format) {
    return foreign(fmt::format("{} of another version of this program", kind_->name));
  }
  return {};
}

Result<void> SharedFile::transaction(const std::function<Result<void>()>& work) {
  if (auto ok = db_.run("BEGIN IMMEDIATE"); !ok) return failed(ok.error());
  Result<void> done = work();
  if (done) {
    if (auto ok = db_.run("COMMIT"); !ok) done = failed(ok.error());
  }
  if (!done && sqlite3_get_autocommit(db_.get()) == 0) (void)db_.run("ROLLBACK");
  return done;
}

Result<void> SharedFile::prepare(std::initializer_list<Prepared> statements) {
  for (const auto& [statement, sql] : statements) {
    auto made = Statement::prepare(db_, sql);
    if (!made) return failed(made.error());
    *statement = std::move(*made);
  }
  return {};
}

tl::unexpected<Error> SharedFile::failed(Error error) const {
  switch (sqlite3_errcode(db_.get()) & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      error.code = ErrorCode::Retry;
      error.message = fmt::format("another process holds the {} locked", kind_->name);
      break;
    case SQLITE_FULL:
      error.message = fmt::format("no room on the disk for the {}", kind_->name);
      break;
    case SQLITE_CORRUPT:
      error.message = fmt::format("the file of {} is damaged", kind_->name);
      break;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
      error.message = fmt::format("the file of {} cannot be written", kind_->name);
      break;
    default:
      break;
  }
  return tl::unexpected<Error>(std::move(error));
}

tl::unexpected<Error> SharedFile::foreign(std::string message) const {
  return fail(ErrorCode::Config, std::move(message), path_);
}

}  // namespace hagaki::store
