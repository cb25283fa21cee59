#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

struct sqlite3;
struct sqlite3_stmt;

namespace hagaki::store {

/// A connection to an SQLite file. One thread at a time. Errors name the file: ErrorCode::Io when
/// it cannot be read or written (no room, damage), ErrorCode::Config when it is no database,
/// ErrorCode::Retry when another program holds it locked for longer than five seconds.
class Database {
 public:
  enum class Mode {
    ReadWrite,
    ReadOnly,
    Frozen,  ///< read-only, and nobody writes meanwhile: neither locks nor makes other files
  };
  /// ReadWrite makes a file that is missing, for its owner only: what we keep holds addresses.
  static Result<Database> open(const std::string& path, Mode mode);

  Result<void> run(const char* sql);
  /// Leaves a write-ahead log beside the file as it is when the connection is closed.
  void keep_log();
  [[nodiscard]] Error error() const;
  /// The row that was inserted last.
  [[nodiscard]] std::int64_t last_row() const;
  /// Rows that the last statement inserted, changed or deleted.
  [[nodiscard]] std::int64_t changes() const;
  [[nodiscard]] sqlite3* get() const { return db_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* db) const;
  };
  std::unique_ptr<sqlite3, Close> db_;
  std::string path_;
};

/// A prepared statement. Must not outlive its Database.
class Statement {
 public:
  static Result<Statement> prepare(const Database& db, std::string_view sql);

  /// Parameters from 1. Text is not copied: it must live until reset().
  Statement& bind(int index, std::int64_t value);
  Statement& bind(int index, std::string_view text);
  Statement& bind_null(int index);
  /// NULL where the text is empty.
  Statement& bind_known(int index, std::string_view text);
  /// As milliseconds since 1970; NULL where there is none.
  Statement& bind(int index, std::optional<Timestamp> time);

  /// True when there is a row. Error as Database has it; the statement is reset then.
  Result<bool> step();
  /// For statements without rows: steps once and resets.
  Result<void> exec();
  void reset();

  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] std::string text(int column) const;
  /// The same without a copy; valid until the next step or reset.
  [[nodiscard]] std::string_view view(int column) const;
  /// A column of milliseconds since 1970; nothing where it is NULL.
  [[nodiscard]] std::optional<Timestamp> time(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  const Database* db_ = nullptr;
};

/// The number that `sql` asks for; 0 where there is no row.
Result<std::int64_t> query_number(const Database& db, std::string_view sql);

}  // namespace hagaki::store
