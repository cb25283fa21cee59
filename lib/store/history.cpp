#include "store/history.h"

#include <array>
#include <limits>
#include <optional>
#include <utility>

#include "rules/stop.h"
#include "store/sqlite.h"

namespace hagaki::store {
namespace {

using What = records::Event::What;

// "hgkh": tells a history from other SQLite files.
constexpr std::int64_t kApplication = 0x68676b68;
constexpr std::int64_t kFormat = 1;

// `what` is written out so that the file can be read with sqlite3(1). Unknown texts are empty, as
// parts of a key must not be NULL.
constexpr const char* kTables = R"(
PRAGMA application_id = 1751608168;
PRAGMA user_version = 1;
CREATE TABLE recipient (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE   -- canonical key of the address
);
CREATE TABLE event (
  recipient INTEGER NOT NULL REFERENCES recipient,
  time INTEGER NOT NULL,     -- ms since 1970; the least integer where unknown
  what TEXT NOT NULL,        -- delivered, confirmed, failed, bounced, feedback, unsubscribe
  message_id TEXT NOT NULL,
  campaign TEXT NOT NULL,
  reason TEXT NOT NULL,      -- of feedback: its type
  evidence TEXT,             -- JSON; NULL for deliveries
  PRIMARY KEY (recipient, time, what, message_id, campaign, reason)
) WITHOUT ROWID;
)";
static_assert(kApplication == 1751608168 && kFormat == 1);

constexpr std::int64_t kUnknownTime = std::numeric_limits<std::int64_t>::min();

struct Name {
  What what;
  std::string_view name;
};
// Only what a stop rule can ask for.
constexpr std::array kNames = {
    Name{What::Delivered, "delivered"}, Name{What::Confirmed, "confirmed"},
    Name{What::Failed, "failed"},       Name{What::Bounced, "bounced"},
    Name{What::Feedback, "feedback"},   Name{What::Unsubscribe, "unsubscribe"},
};

std::string_view name_of(What what) {
  for (const auto& row : kNames) {
    if (row.what == what) return row.name;
  }
  return {};
}

std::optional<What> what_of(std::string_view name) {
  for (const auto& row : kNames) {
    if (row.name == name) return row.what;
  }
  return std::nullopt;
}

/// SQLite takes a view of nowhere for NULL.
std::string_view text(std::string_view s) {
  return s.data() ? s : std::string_view("");
}

bool is_delivery(What what) {
  return what == What::Delivered || what == What::Confirmed;
}

/// Makes the tables of a new file, checks those of an old one.
Result<void> prepare(Database& db, const std::string& path) {
  const auto tables = query_number(db, "SELECT count(*) FROM sqlite_master");
  if (!tables) return tl::unexpected<Error>(tables.error());
  if (*tables == 0) return db.run(kTables);
  const auto application = query_number(db, "PRAGMA application_id");
  if (!application) return tl::unexpected<Error>(application.error());
  if (*application != kApplication) return fail(ErrorCode::Config, "not a history", path);
  const auto format = query_number(db, "PRAGMA user_version");
  if (!format) return tl::unexpected<Error>(format.error());
  if (*format > kFormat) return fail(ErrorCode::Config, "history of a newer version", path);
  return {};
}

}  // namespace

struct History::State {
  explicit State(Database opened) : db(std::move(opened)) {}
  ~State() {
    if (open) (void)db.run("ROLLBACK");
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  /// The row of a recipient, made where there is none.
  Result<std::int64_t> recipient(std::string_view key) {
    if (key == last_key) return last_id;
    for (const bool made : {false, true}) {
      if (made) {
        if (auto ok = new_recipient->bind(1, text(key)).exec(); !ok) {
          return tl::unexpected<Error>(ok.error());
        }
      }
      auto row = find_recipient->bind(1, text(key)).step();
      if (!row) return tl::unexpected<Error>(row.error());
      const std::int64_t id = *row ? find_recipient->integer(0) : 0;
      find_recipient->reset();
      if (id == 0) continue;
      last_key = key;
      return last_id = id;
    }
    return fail(ErrorCode::Io, "a row just made is not there");
  }

  Database db;  // outlives the statements below
  std::optional<Statement> find_recipient;
  std::optional<Statement> new_recipient;
  std::optional<Statement> new_event;
  std::string last_key;
  std::int64_t last_id = 0;
  bool open = false;  // a transaction
};

History::History(std::unique_ptr<State> state) : state_(std::move(state)) {}
History::~History() = default;
History::History(History&&) noexcept = default;
History& History::operator=(History&&) noexcept = default;

Result<History> History::open(const std::string& path) {
  auto db = Database::open(path, Database::Mode::ReadWrite);
  if (!db) return tl::unexpected<Error>(db.error());
  auto state = std::make_unique<State>(std::move(*db));
  if (auto ok = state->db.run("PRAGMA cache_size=-65536; BEGIN IMMEDIATE"); !ok) {
    return tl::unexpected<Error>(ok.error());
  }
  state->open = true;
  if (auto ok = prepare(state->db, path); !ok) return tl::unexpected<Error>(ok.error());
  const std::pair<std::optional<Statement>*, std::string_view> statements[] = {
      {&state->find_recipient, "SELECT id FROM recipient WHERE key = ?1"},
      {&state->new_recipient, "INSERT INTO recipient (key) VALUES (?1)"},
      {&state->new_event,
       "INSERT INTO event VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING"},
  };
  for (const auto& [statement, sql] : statements) {
    auto prepared = Statement::prepare(state->db, sql);
    if (!prepared) return tl::unexpected<Error>(prepared.error());
    *statement = std::move(*prepared);
  }
  return History(std::move(state));
}

Result<void> History::add(const records::Event& event, const records::Line& line,
                          std::string_view where) {
  const auto what = name_of(event.what);
  if (what.empty()) return {};
  const auto id = state_->recipient(rules::recipient_key(event.email));
  if (!id) return tl::unexpected<Error>(id.error());
  const auto time = event.time ? event.time->time_since_epoch().count() : kUnknownTime;
  const auto reason = event.what == What::Feedback ? event.feedback_type : event.reason;
  const std::string evidence =
      is_delivery(event.what) ? std::string() : records::evidence(line, where);
  auto& insert = *state_->new_event;
  insert.bind(1, *id).bind(2, time).bind(3, what);
  insert.bind(4, text(event.message_id)).bind(5, text(event.campaign));
  // Why something was delivered is no part of it.
  insert.bind(6, is_delivery(event.what) ? std::string_view("") : text(reason));
  if (evidence.empty()) {
    insert.bind_null(7);
  } else {
    insert.bind(7, evidence);
  }
  return insert.exec();
}

Result<void> History::commit() {
  auto done = state_->db.run("COMMIT");
  if (done) state_->open = false;
  return done;
}

Result<void> History::replay(const Each& each) {
  // Recipients of whom nothing but deliveries is known have no verdict.
  auto query = Statement::prepare(state_->db, R"(
SELECT r.key, e.time, e.what, e.message_id, e.campaign, e.reason, e.evidence
FROM (SELECT DISTINCT recipient FROM event WHERE evidence IS NOT NULL) AS judged
JOIN recipient AS r ON r.id = judged.recipient
JOIN event AS e ON e.recipient = judged.recipient)");
  if (!query) return tl::unexpected<Error>(query.error());
  for (;;) {
    const auto row = query->step();
    if (!row) return tl::unexpected<Error>(row.error());
    if (!*row) return {};
    const auto what = what_of(query->text(2));
    if (!what) return fail(ErrorCode::Config, "history has an unknown kind of event");
    const std::string key = query->text(0);
    const std::string message_id = query->text(3);
    const std::string campaign = query->text(4);
    const std::string reason = query->text(5);
    const std::string evidence = query->text(6);
    records::Event event;
    event.what = *what;
    event.email = key;
    if (query->integer(1) != kUnknownTime) {
      event.time = Timestamp(std::chrono::milliseconds(query->integer(1)));
    }
    event.campaign = campaign;
    event.message_id = message_id;
    (event.what == What::Feedback ? event.feedback_type : event.reason) = reason;
    each(event, evidence);
  }
}

}  // namespace hagaki::store
