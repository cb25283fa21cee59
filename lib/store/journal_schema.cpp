#include "store/journal_schema.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <set>
#include <span>
#include <string_view>
#include <utility>

#include "base/digest.h"

namespace hagaki::store {
namespace {

// "hgkj": tells a journal from other SQLite files.
constexpr std::int64_t kApplication = 0x68676b6a;
constexpr std::int64_t kFormat = 3;
// Older forms are brought to the present one by migrate(). The first had no times at all.
constexpr std::int64_t kTimelessFormat = 1;

constexpr const char* kTables = R"(
PRAGMA application_id = 1751608170;
PRAGMA user_version = 3;
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE recipient (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  standing INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  email TEXT,                -- NULL where it is the key
  message_id TEXT,
  envelope_sender TEXT,
  event TEXT,                -- of the last outcome
  at INTEGER,                -- when that was known, in ms since 1970
  first_at INTEGER,          -- when the first try began
  retry_at INTEGER,          -- not to be tried again before
  provider TEXT,             -- whose servers take its mail
  reason TEXT                -- of the last outcome
);
CREATE TABLE outcome (
  id INTEGER PRIMARY KEY,
  record TEXT NOT NULL       -- until it is confirmed as reported
);
)";
static_assert(kApplication == 1751608170 && kFormat == 3);

bool is_known_format(std::int64_t format) {
  return format >= kTimelessFormat && format <= kFormat;
}

constexpr const char* kForeign =
    "not a campaign journal, or one that is damaged or of another version";

Result<void> set_meta(const Database& db, std::string_view name, std::string_view value) {
  auto statement = Statement::prepare(db, "REPLACE INTO meta VALUES (?1,?2)");
  if (!statement) return tl::unexpected<Error>(statement.error());
  return statement->bind(1, name).bind(2, value).exec();
}

/// Which tries in flight had their body on its way: those that are marked, or all of them where the
/// marks prove nothing.
Result<void> sort_in_flight(const Database& db, const Marks& marks, const std::string& nonce,
                            bool same_boot) {
  std::set<std::pair<std::uint64_t, int>> marked;
  bool provable = same_boot;
  if (provable) {
    auto found = marks.read(nonce);
    if (!found && found.error().code != ErrorCode::NotFound) {
      return tl::unexpected<Error>(found.error());
    }
    provable = found.has_value();
    if (provable) {
      for (const auto& mark : *found) marked.emplace(mark.id, mark.attempt);
    }
  }
  auto query = Statement::prepare(db, "SELECT id, attempt FROM recipient WHERE standing=1");
  if (!query) return tl::unexpected<Error>(query.error());
  std::vector<std::pair<std::uint64_t, int>> in_flight;
  for (;;) {
    auto row = query->step();
    if (!row) return tl::unexpected<Error>(row.error());
    if (!*row) break;
    in_flight.emplace_back(static_cast<std::uint64_t>(query->integer(0)),
                           static_cast<int>(query->integer(1)));
  }
  query->reset();
  auto cut_off = Statement::prepare(db, "UPDATE recipient SET standing=4, attempt=?2 WHERE id=?1");
  if (!cut_off) return tl::unexpected<Error>(cut_off.error());
  auto take_back = Statement::prepare(db, kTakeBack);
  if (!take_back) return tl::unexpected<Error>(take_back.error());
  for (const auto& [id, attempt] : in_flight) {
    const bool out = !provable || marked.contains({id, attempt});
    auto done = (out ? *cut_off : *take_back)
                    .bind(1, static_cast<std::int64_t>(id))
                    .bind(2, std::int64_t{out ? attempt : attempt - 1})
                    .exec();
    if (!done) return done;
  }
  return {};
}

Result<std::vector<Interrupted>> read_interrupted(const Database& db) {
  auto query = Statement::prepare(db,
                                  "SELECT id, attempt, coalesce(email, key), message_id, "
                                  "envelope_sender FROM recipient WHERE standing=4 ORDER BY id");
  if (!query) return tl::unexpected<Error>(query.error());
  std::vector<Interrupted> out;
  for (;;) {
    auto row = query->step();
    if (!row) return tl::unexpected<Error>(row.error());
    if (!*row) return out;
    out.push_back({static_cast<std::uint64_t>(query->integer(0)),
                   static_cast<int>(query->integer(1)), query->text(2), query->text(3),
                   query->text(4)});
  }
}

/// Brings an older form to the present one. Of what has no time it is known that it was not later
/// than the journal's last change. Tries whose begin was not kept count from their last outcome:
/// nobody is given up too early for it.
Result<void> migrate(Database& db, Timestamp last_written) {
  const auto format = journal_format(db);
  if (!format) return tl::unexpected<Error>(format.error());
  if (*format == kFormat) return {};
  const auto latest = [&](const char* sql) -> Result<void> {
    auto fill = Statement::prepare(db, sql);
    if (!fill) return tl::unexpected<Error>(fill.error());
    return fill->bind(1, last_written).exec();
  };
  Result<void> ok;
  if (*format == kTimelessFormat) {
    ok = db.run("ALTER TABLE recipient ADD COLUMN at INTEGER");
    if (ok) ok = latest("UPDATE recipient SET at=?1 WHERE event IS NOT NULL");
  }
  // What was taken back had an empty event, and a time of 0.
  if (ok) {
    ok = db.run(R"(
ALTER TABLE recipient ADD COLUMN first_at INTEGER;
ALTER TABLE recipient ADD COLUMN retry_at INTEGER;
ALTER TABLE recipient ADD COLUMN provider TEXT;
ALTER TABLE recipient ADD COLUMN reason TEXT;
UPDATE recipient SET event=NULL, at=NULL WHERE event='';
PRAGMA user_version = 3;)");
  }
  if (ok) ok = latest("UPDATE recipient SET first_at=coalesce(at, ?1) WHERE attempt>0");
  return ok;
}

/// What is known of a run when it begins.
Result<void> begin_run(const Database& db, const std::string& boot) {
  const std::pair<std::string_view, std::string> known[] = {
      {"boot", boot},
      {"finished", "0"},
      {"pid", std::to_string(::getpid())},
      {"run_began", std::to_string(now().time_since_epoch().count())},
      {"run_ended", ""},
      {"input", "0"},
      {"input_complete", "0"},
  };
  for (const auto& [name, value] : known) {
    if (auto ok = set_meta(db, name, value); !ok) return ok;
  }
  return {};
}

/// Whether all that was written is still there, as far as the file itself tells: somebody who was
/// lost from the keys would be mailed twice.
Result<void> check_whole(const Database& db) {
  auto query = Statement::prepare(db, "PRAGMA quick_check(1)");
  if (!query) return tl::unexpected<Error>(query.error());
  const auto row = query->step();
  if (!row) return tl::unexpected<Error>(row.error());
  if (const std::string said = query->text(0); said != "ok") {
    return fail(ErrorCode::Io, "the file is damaged (" + said + ')');
  }
  const auto rows = query_number(db, "SELECT count(*) FROM recipient NOT INDEXED");
  const auto keys = query_number(
      db, "SELECT count(*) FROM recipient INDEXED BY sqlite_autoindex_recipient_1 WHERE key>=''");
  if (!rows) return tl::unexpected<Error>(rows.error());
  if (!keys) return tl::unexpected<Error>(keys.error());
  if (*rows != *keys) return fail(ErrorCode::Io, "the file is damaged (keys are missing)");
  return {};
}

Result<Opened> inspect(Database& db, const std::string& campaign, bool resume, const Marks& marks,
                       Timestamp last_written) {
  const std::string boot = boot_id();
  Opened out;
  const auto tables = query_number(db, "SELECT count(*) FROM sqlite_master");
  if (!tables) return tl::unexpected<Error>(tables.error());
  if (*tables == 0) {
    if (auto ok = db.run(kTables); !ok) return tl::unexpected<Error>(ok.error());
    out.nonce = to_hex(random_bytes(16));
    auto ok = set_meta(db, "campaign", campaign);
    if (ok) ok = set_meta(db, "nonce", out.nonce);
    if (ok) ok = set_meta(db, "began", std::to_string(now().time_since_epoch().count()));
    if (ok) ok = begin_run(db, boot);
    if (!ok) return tl::unexpected<Error>(ok.error());
    return out;
  }
  if (auto ok = check_whole(db); !ok) return tl::unexpected<Error>(ok.error());
  if (auto ok = migrate(db, last_written); !ok) return tl::unexpected<Error>(ok.error());
  const auto owner = journal_meta(db, "campaign");
  const auto nonce = journal_meta(db, "nonce");
  const auto last_boot = journal_meta(db, "boot");
  const auto finished = journal_meta(db, "finished");
  const auto last = query_number(db, "SELECT max(id) FROM recipient");
  const auto last_outcome = query_number(db, "SELECT max(id) FROM outcome");
  for (const auto* failed : {&owner, &nonce, &last_boot, &finished}) {
    if (!*failed) return tl::unexpected<Error>(failed->error());
  }
  if (!last) return tl::unexpected<Error>(last.error());
  if (!last_outcome) return tl::unexpected<Error>(last_outcome.error());
  if (*owner != campaign) {
    return fail(ErrorCode::Config, "journal belongs to campaign \"" + *owner + '"');
  }
  out.nonce = *nonce;
  out.had_work = *last > 0;
  out.last_recipient = static_cast<std::uint64_t>(*last);
  out.last_outcome = static_cast<std::uint64_t>(*last_outcome);
  if (out.had_work && *finished != "1" && !resume) {
    return fail(ErrorCode::Denied, "journal holds unfinished work of this campaign: use --resume");
  }
  const bool same_boot = !boot.empty() && boot == *last_boot;
  if (auto ok = sort_in_flight(db, marks, out.nonce, same_boot); !ok) {
    return tl::unexpected<Error>(ok.error());
  }
  auto interrupted = read_interrupted(db);
  if (!interrupted) return tl::unexpected<Error>(interrupted.error());
  out.interrupted = std::move(*interrupted);
  if (auto ok = begin_run(db, boot); !ok) return tl::unexpected<Error>(ok.error());
  return out;
}

/// Whether the database is a journal, or has nothing in it.
Result<void> check_owner(const Database& db) {
  const auto application = query_number(db, "PRAGMA application_id");
  if (!application) return tl::unexpected<Error>(application.error());
  const auto format = query_number(db, "PRAGMA user_version");
  if (!format) return tl::unexpected<Error>(format.error());
  const auto tables = query_number(db, "SELECT count(*) FROM sqlite_master");
  if (!tables) return tl::unexpected<Error>(tables.error());
  const bool empty = *tables == 0 && *application == 0 && *format == 0;
  const bool journal = *application == kApplication && is_known_format(*format);
  if (!empty && !journal) return fail(ErrorCode::Config, kForeign);
  return {};
}

/// A number of an SQLite header, most significant byte first.
std::int64_t big_endian(std::span<const unsigned char> bytes) {
  std::int64_t value = 0;
  for (const unsigned char byte : bytes) value = value << 8 | byte;
  return value;
}

}  // namespace

Result<FileKind> journal_file_kind(const std::string& path) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) {
    if (errno == ENOENT) return FileKind::Missing;
    return fail(ErrorCode::Io, std::strerror(errno), path);
  }
  if (!S_ISREG(info.st_mode)) return FileKind::Foreign;
  if (info.st_size == 0) return FileKind::Empty;
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return fail(ErrorCode::Io, std::strerror(errno), path);
  // SQLite's header of 100 bytes, then that of the table of tables.
  std::array<unsigned char, 108> header{};
  const ssize_t size = ::pread(fd, header.data(), header.size(), 0);
  const int why = errno;
  ::close(fd);
  if (size < 0) return fail(ErrorCode::Io, std::strerror(why), path);
  constexpr char kMagic[] = "SQLite format 3";  // with its NUL
  const bool database = size == static_cast<ssize_t>(header.size()) &&
                        std::memcmp(header.data(), kMagic, sizeof kMagic) == 0;
  if (!database) return FileKind::Foreign;
  const std::span<const unsigned char> bytes(header);
  const auto format = big_endian(bytes.subspan(60, 4));
  const auto application = big_endian(bytes.subspan(68, 4));
  // The tables of a run that was killed may still be in the write-ahead log alone.
  constexpr unsigned char kLeaf = 0x0d;
  const bool empty = application == 0 && format == 0 && bytes[100] == kLeaf &&
                     big_endian(bytes.subspan(103, 2)) == 0;
  if (empty) return FileKind::Empty;
  if (application != kApplication) return FileKind::Foreign;
  return is_known_format(format) ? FileKind::Journal : FileKind::Newer;
}

Result<void> check_journal_file(const std::string& path) {
  const auto kind = journal_file_kind(path);
  if (!kind) return tl::unexpected<Error>(kind.error());
  if (*kind == FileKind::Foreign || *kind == FileKind::Newer) {
    return fail(ErrorCode::Config, kForeign, path);
  }
  return {};
}

Timestamp last_change(const std::string& path) {
  Timestamp latest{};
  for (const char* part : {"", "-wal"}) {
    struct stat info{};
    if (::stat((path + part).c_str(), &info) != 0) continue;
    const auto at =
        std::chrono::seconds(info.st_mtim.tv_sec) + std::chrono::nanoseconds(info.st_mtim.tv_nsec);
    latest = std::max(latest, Timestamp(std::chrono::ceil<std::chrono::milliseconds>(at)));
  }
  return latest;
}

Result<std::string> journal_meta(const Database& db, std::string_view name) {
  auto query = Statement::prepare(db, "SELECT value FROM meta WHERE name=?1");
  if (!query) return tl::unexpected<Error>(query.error());
  auto row = query->bind(1, name).step();
  if (!row) return tl::unexpected<Error>(row.error());
  return *row ? query->text(0) : std::string();
}

Result<std::int64_t> journal_format(const Database& db) {
  return query_number(db, "PRAGMA user_version");
}

Result<std::string> journal_campaign(const Database& db) {
  if (auto ok = check_owner(db); !ok) return tl::unexpected<Error>(ok.error());
  const auto tables = query_number(db, "SELECT count(*) FROM sqlite_master");
  if (!tables) return tl::unexpected<Error>(tables.error());
  return *tables == 0 ? Result<std::string>() : journal_meta(db, "campaign");
}

Result<Opened> prepare_journal(Database& db, const std::string& campaign, bool resume, Marks& marks,
                               Timestamp last_written) {
  if (auto ok = check_owner(db); !ok) {
    db.keep_log();
    return tl::unexpected<Error>(ok.error());
  }
  const auto tables = query_number(db, "SELECT count(*) FROM sqlite_master");
  if (!tables) return tl::unexpected<Error>(tables.error());
  if (*tables == 0 && marks.used()) {
    return fail(ErrorCode::Config,
                "the journal is empty, but the marks beside it say that it was not: put it back; "
                "where the campaign is to begin anew, remove both");
  }
  if (auto ok = db.run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-8192; "
                       "PRAGMA wal_autocheckpoint=4000; BEGIN IMMEDIATE");
      !ok) {
    return tl::unexpected<Error>(ok.error());
  }
  auto opened = inspect(db, campaign, resume, marks, last_written);
  if (!opened) {
    (void)db.run("ROLLBACK");
    return opened;
  }
  // The verdict over the marks is on disk before the marks go.
  if (auto ok = db.run("COMMIT"); !ok) return tl::unexpected<Error>(ok.error());
  if (auto ok = marks.clear(opened->nonce, Journal::kSlots); !ok) {
    return tl::unexpected<Error>(ok.error());
  }
  return opened;
}

}  // namespace hagaki::store
