#include "store/sqlite.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/text.h"

namespace hagaki::store {

void Database::Close::operator()(sqlite3* db) const {
  sqlite3_close(db);
}
void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Result<Database> Database::open(const std::string& path, Mode mode) {
  Database out;
  out.path_ = path;
  if (mode == Mode::ReadWrite) {
    // SQLite would let the umask decide who may read it; its other files get this one's mode.
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return fail(ErrorCode::Io, std::strerror(errno), path);
    ::close(fd);
  }
  int access = mode == Mode::ReadWrite ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
  std::string name = path;
  if (mode == Mode::Frozen) {
    access |= SQLITE_OPEN_URI;
    // An authority, empty, so that none is read out of a path that begins with two slashes.
    name = path.starts_with('/') ? "file://" : "file:";
    append_percent_encoded(name, path, "/");
    name += "?immutable=1";
  }
  // Nobody asks how much memory it takes, and counting that costs a lock for every piece.
  [[maybe_unused]] static const int uncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  sqlite3* raw = nullptr;
  const int rc = sqlite3_open_v2(name.c_str(), &raw, access | SQLITE_OPEN_NOMUTEX, nullptr);
  out.db_.reset(raw);
  if (rc != SQLITE_OK) {
    return raw ? tl::unexpected<Error>(out.error()) : fail(ErrorCode::Io, "out of memory", path);
  }
  sqlite3_busy_timeout(raw, 5000);
  return out;
}

std::int64_t Database::last_row() const {
  return sqlite3_last_insert_rowid(db_.get());
}

std::int64_t Database::changes() const {
  return sqlite3_changes64(db_.get());
}

Error Database::error() const {
  const std::string said = sqlite3_errmsg(db_.get());
  // The write-ahead log's index says an I/O error where the file system has no room for it.
  const int why = sqlite3_system_errno(db_.get());
  const bool no_room = why == ENOSPC || why == EDQUOT;
  switch (sqlite3_errcode(db_.get()) & 0xff) {
    case SQLITE_FULL:
      return {ErrorCode::Io, "no room left on its disk", path_};
    case SQLITE_IOERR:
      return {ErrorCode::Io, no_room ? "no room left on its disk" : said, path_};
    case SQLITE_CORRUPT:
      return {ErrorCode::Io, "the file is damaged (" + said + ')', path_};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorCode::Retry, "another program holds it locked", path_};
    case SQLITE_NOTADB:
      return {ErrorCode::Config, said, path_};
    default:
      return {ErrorCode::Io, said, path_};
  }
}

Result<void> Database::run(const char* sql) {
  if (sqlite3_exec(db_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    return tl::unexpected<Error>(error());
  }
  return {};
}

void Database::keep_log() {
  sqlite3_db_config(db_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

Result<Statement> Statement::prepare(const Database& db, std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  const int rc = sqlite3_prepare_v3(db.get(), sql.data(), static_cast<int>(sql.size()),
                                    SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  if (rc != SQLITE_OK) return tl::unexpected<Error>(db.error());
  Statement out;
  out.statement_.reset(raw);
  out.db_ = &db;
  return out;
}

Statement& Statement::bind(int index, std::int64_t value) {
  sqlite3_bind_int64(statement_.get(), index, value);
  return *this;
}

Statement& Statement::bind(int index, std::string_view text) {
  sqlite3_bind_text(statement_.get(), index, text.data(), static_cast<int>(text.size()),
                    SQLITE_STATIC);
  return *this;
}

Statement& Statement::bind(int index, std::optional<Timestamp> time) {
  return time ? bind(index, std::int64_t{time->time_since_epoch().count()}) : bind_null(index);
}

Statement& Statement::bind_known(int index, std::string_view text) {
  return text.empty() ? bind_null(index) : bind(index, text);
}

Statement& Statement::bind_null(int index) {
  sqlite3_bind_null(statement_.get(), index);
  return *this;
}

Result<bool> Statement::step() {
  const int rc = sqlite3_step(statement_.get());
  if (rc == SQLITE_ROW) return true;
  if (rc == SQLITE_DONE) return false;
  Error error = db_->error();
  sqlite3_reset(statement_.get());
  return tl::unexpected<Error>(std::move(error));
}

Result<void> Statement::exec() {
  auto row = step();
  reset();
  if (!row) return tl::unexpected<Error>(row.error());
  return {};
}

void Statement::reset() {
  sqlite3_reset(statement_.get());
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string Statement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  if (!bytes) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::string_view Statement::view(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  if (!bytes) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::optional<Timestamp> Statement::time(int column) const {
  if (sqlite3_column_type(statement_.get(), column) == SQLITE_NULL) return std::nullopt;
  return Timestamp(std::chrono::milliseconds(integer(column)));
}

Result<std::int64_t> query_number(const Database& db, std::string_view sql) {
  auto query = Statement::prepare(db, sql);
  if (!query) return tl::unexpected<Error>(query.error());
  const auto row = query->step();
  if (!row) return tl::unexpected<Error>(row.error());
  return *row ? query->integer(0) : 0;
}

}  // namespace hagaki::store
