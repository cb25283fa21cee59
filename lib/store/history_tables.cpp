#include "store/history_tables.h"

#include <array>

#include "base/digest.h"
#include "base/text.h"

namespace hagaki::store {
namespace {

using What = records::Event::What;

// "hgkh": tells a history from other SQLite files.
constexpr std::int64_t kApplication = 0x68676b68;
constexpr std::int64_t kFormat = 2;
static_assert(kApplication == 1751608168 && kFormat == 2);

// Deliveries are many and plain: they are kept as numbers, in order of recipient. Failures are few
// and are what a verdict rests on: they are kept in words, so that sqlite3(1) shows them.
constexpr const char* kTables = R"(
PRAGMA application_id = 1751608168;
PRAGMA user_version = 2;
CREATE TABLE IF NOT EXISTS recipient (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE    -- canonical key of the address
);
CREATE TABLE campaign (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
);
CREATE TABLE delivery (
  recipient INTEGER NOT NULL REFERENCES recipient,
  time INTEGER NOT NULL,      -- ms since 1970; the least integer where unknown
  message INTEGER NOT NULL,   -- hash of the Message-ID under `secret`; 0 = unknown
  campaign INTEGER NOT NULL,  -- 0 = unknown
  PRIMARY KEY (recipient, time, message, campaign)
) WITHOUT ROWID;
CREATE TABLE failure (
  id INTEGER PRIMARY KEY,
  recipient INTEGER NOT NULL REFERENCES recipient,
  time INTEGER NOT NULL,
  what TEXT NOT NULL,         -- failed, bounced, feedback, unsubscribe
  message INTEGER NOT NULL,
  campaign INTEGER NOT NULL,
  reason TEXT NOT NULL,       -- of feedback: its type
  evidence TEXT NOT NULL,     -- JSON
  UNIQUE (recipient, time, what, message, campaign, reason)
);
CREATE TABLE reinstated (
  name TEXT NOT NULL,         -- canonical key of an address, or "provider=NAME"
  time INTEGER NOT NULL,      -- failures up to then are void
  last INTEGER NOT NULL       -- without time: those up to this id
);
CREATE TABLE forgotten (hash TEXT PRIMARY KEY) WITHOUT ROWID;  -- SHA-256 of the canonical key
CREATE TABLE held_back (      -- whom a stop rule kept from a campaign
  campaign TEXT NOT NULL,
  key TEXT NOT NULL,
  email TEXT NOT NULL,        -- as it stands on the list
  rule TEXT NOT NULL,
  time INTEGER NOT NULL,
  PRIMARY KEY (campaign, key)
) WITHOUT ROWID;
CREATE TABLE log (            -- what was taken in of each log
  head TEXT NOT NULL,         -- SHA-256 of its first line
  size INTEGER NOT NULL,      -- bytes taken in, up to the end of a line
  lines INTEGER NOT NULL,
  hash TEXT NOT NULL,         -- of these bytes, by chunks of 1 MiB
  name TEXT NOT NULL          -- as it was given last
);
CREATE TABLE secret (hex TEXT NOT NULL);
INSERT INTO secret VALUES (lower(hex(randomblob(16))));
)";

struct Name {
  What what;
  std::string_view name;
};
constexpr std::array kNames = {Name{What::Failed, "failed"}, Name{What::Bounced, "bounced"},
                               Name{What::Feedback, "feedback"},
                               Name{What::Unsubscribe, "unsubscribe"}};

/// Format 1 held all events in one table, with names in place of numbers.
Result<void> from_format_1(Database& db) {
  if (auto ok = db.run("ALTER TABLE event RENAME TO event_1"); !ok) return ok;
  if (auto ok = db.run(kTables); !ok) return ok;
  if (auto ok = db.run("INSERT INTO campaign (name) SELECT DISTINCT campaign FROM event_1 "
                       "WHERE campaign <> ''");
      !ok) {
    return ok;
  }
  const auto hasher = MessageHasher::of(db);
  if (!hasher) return tl::unexpected<Error>(hasher.error());
  auto old = Statement::prepare(db, R"(
SELECT e.recipient, e.time, e.what, e.message_id, coalesce(c.id, 0), e.reason, e.evidence
FROM event_1 AS e LEFT JOIN campaign AS c ON c.name = e.campaign)");
  if (!old) return tl::unexpected<Error>(old.error());
  auto delivery =
      Statement::prepare(db, "INSERT INTO delivery VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING");
  if (!delivery) return tl::unexpected<Error>(delivery.error());
  auto failure = Statement::prepare(
      db, "INSERT INTO failure VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING");
  if (!failure) return tl::unexpected<Error>(failure.error());
  for (;;) {
    const auto row = old->step();
    if (!row) return tl::unexpected<Error>(row.error());
    if (!*row) break;
    const std::string what = old->text(2);
    const std::int64_t message = (*hasher)(old->text(3));
    const std::string reason = old->text(5);
    const std::string evidence = old->text(6);
    Result<void> done;
    if (failure_of(what) == What::Undecided) {
      delivery->bind(1, old->integer(0)).bind(2, old->integer(1)).bind(3, message);
      done = delivery->bind(4, old->integer(4)).exec();
    } else {
      failure->bind(1, old->integer(0)).bind(2, old->integer(1)).bind(3, std::string_view(what));
      failure->bind(4, message).bind(5, old->integer(4));
      failure->bind(6, std::string_view(reason)).bind(7, std::string_view(evidence));
      done = failure->exec();
    }
    if (!done) return done;
  }
  old->reset();
  return db.run("DROP TABLE event_1");
}

}  // namespace

std::string_view failure_word(What what) {
  for (const auto& row : kNames) {
    if (row.what == what) return row.name;
  }
  return {};
}

What failure_of(std::string_view word) {
  for (const auto& row : kNames) {
    if (row.name == word) return row.what;
  }
  return What::Undecided;
}

Result<MessageHasher> MessageHasher::of(const Database& db) {
  auto query = Statement::prepare(db, "SELECT hex FROM secret");
  if (!query) return tl::unexpected<Error>(query.error());
  const auto row = query->step();
  if (!row) return tl::unexpected<Error>(row.error());
  if (!*row) return fail(ErrorCode::Config, "history without its secret");
  return MessageHasher(rules::KeyHasher(sha256(query->text(0)).substr(0, 16)));
}

std::int64_t MessageHasher::operator()(std::string_view id) const {
  // Without angle brackets (RFC 5322 §3.6.4), as StopRules compares them.
  id = trim(id);
  if (id.size() > 1 && id.front() == '<' && id.back() == '>') id = id.substr(1, id.size() - 2);
  return id.empty() ? 0 : static_cast<std::int64_t>(hasher_(id, 'm'));
}

Result<void> prepare_history(Database& db, const std::string& path) {
  const auto tables = query_number(db, "SELECT count(*) FROM sqlite_master");
  if (!tables) return tl::unexpected<Error>(tables.error());
  if (*tables == 0) return db.run(kTables);
  const auto application = query_number(db, "PRAGMA application_id");
  if (!application) return tl::unexpected<Error>(application.error());
  if (*application != kApplication) return fail(ErrorCode::Config, "not a history", path);
  const auto format = query_number(db, "PRAGMA user_version");
  if (!format) return tl::unexpected<Error>(format.error());
  if (*format > kFormat) return fail(ErrorCode::Config, "history of a newer version", path);
  if (*format == 1) return from_format_1(db);
  return {};
}

}  // namespace hagaki::store
