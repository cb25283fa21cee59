#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/sqlite.h"

namespace hagaki::store {

/// An SQLite file of ours that several processes and runs use at once, in short transactions.
///
/// Commits are not synced each: when the machine itself goes down the last moments may be lost, of
/// a process never. Errors: Retry when others held the file for longer than the patience, Io when
/// it cannot be read or written (no room, damage), Config when it is a file of something else, or
/// of another version. One thread at a time.
class SharedFile {
 public:
  static constexpr std::chrono::milliseconds kPatience{5000};

  /// What kind of file it is.
  struct Kind {
    std::string_view name;     ///< what it keeps, for people: "limits"
    std::int64_t application;  ///< tells it from other SQLite files
    std::int64_t format;
    const char* tables;  ///< SQL that makes them, and sets application_id and user_version
  };

  /// Opens or makes the file, for its owner only. `kind` must outlive it.
  static Result<SharedFile> open(const std::string& path, const Kind& kind,
                                 std::chrono::milliseconds patience);

  /// Does `work` in one transaction; what fails leaves nothing behind.
  Result<void> transaction(const std::function<Result<void>()>& work);

  struct Prepared {
    std::optional<Statement>* statement;
    std::string_view sql;
  };
  /// Prepares statements, which must not outlive the SharedFile; it must be where it stays.
  Result<void> prepare(std::initializer_list<Prepared> statements);

  [[nodiscard]] Database& db() { return db_; }

  /// SQLite's failure in words for people.
  [[nodiscard]] tl::unexpected<Error> failed(Error error) const;

 private:
  SharedFile(Database db, std::string path, const Kind& kind)
      : db_(std::move(db)), path_(std::move(path)), kind_(&kind) {}
  Result<void> settle(std::chrono::milliseconds patience);
  Result<bool> is_new();
  Result<void> make_tables();
  [[nodiscard]] tl::unexpected<Error> foreign(std::string message) const;

  Database db_;
  std::string path_;
  const Kind* kind_;
};

}  // namespace hagaki::store
