#include "store/receivers.h"

#include <map>
#include <optional>
#include <utility>

#include "base/text.h"

namespace hagaki::store {
namespace {

// "hgkv": tells it from other SQLite files.
constexpr std::int64_t kApplication = 0x68676b76;
constexpr std::int64_t kFormat = 1;

// Names and dates are written out so that the file can be read with sqlite3(1).
constexpr const char* kTables = R"(
PRAGMA application_id = 1751608182;
PRAGMA user_version = 1;
CREATE TABLE day (
  receiver TEXT NOT NULL,    -- a provider's id, or a domain; "… from IP" of one address of ours
  date TEXT NOT NULL,        -- in UTC: 2026-11-22
  accepted INTEGER NOT NULL, -- messages
  unknown INTEGER NOT NULL,  -- users
  PRIMARY KEY (receiver, date)
) WITHOUT ROWID;
CREATE TABLE hold (          -- the last one of each
  receiver TEXT NOT NULL,
  campaign TEXT NOT NULL,    -- empty: all
  kind TEXT NOT NULL,        -- blocked, flood, content
  since INTEGER NOT NULL,    -- ms since 1970, as all times
  until INTEGER NOT NULL,
  times INTEGER NOT NULL,    -- 1, or more where it followed on another
  against INTEGER NOT NULL,  -- answers that it rests on
  accepted INTEGER NOT NULL, -- messages accepted among them
  first INTEGER NOT NULL,    -- the first and last of these answers
  last INTEGER NOT NULL,
  code INTEGER NOT NULL,     -- what the last one said
  status TEXT NOT NULL,
  reason TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (receiver, campaign)
) WITHOUT ROWID;
)";
static_assert(kApplication == 1751608182 && kFormat == 1);
constexpr SharedFile::Kind kKind{"receivers", kApplication, kFormat, kTables};

constexpr const char* kHoldColumns =
    "kind, since, until, times, against, accepted, first, last, code, status, reason, text";

constexpr std::chrono::hours kKept{24 * 400};

std::string date_of(Timestamp time) {
  return format_rfc3339(time).substr(0, 10);
}

/// The hold in columns of kHoldColumns from `at` on; nothing where its kind is none.
std::optional<rules::Hold> hold_from(const Statement& row, int at) {
  const auto kind = rules::parse_hold_kind(row.text(at));
  if (!kind) return std::nullopt;
  rules::Hold hold;
  hold.kind = *kind;
  hold.since = row.time(at + 1).value_or(Timestamp());
  hold.until = row.time(at + 2).value_or(Timestamp());
  hold.times = static_cast<unsigned>(row.integer(at + 3));
  auto& evidence = hold.evidence;
  evidence.against = static_cast<std::uint64_t>(row.integer(at + 4));
  evidence.accepted = static_cast<std::uint64_t>(row.integer(at + 5));
  evidence.first = row.time(at + 6).value_or(Timestamp());
  evidence.last = row.time(at + 7).value_or(Timestamp());
  evidence.code = static_cast<int>(row.integer(at + 8));
  evidence.status = row.text(at + 9);
  evidence.reason = row.text(at + 10);
  evidence.text = row.text(at + 11);
  return hold;
}

struct Counts {
  std::uint64_t accepted = 0;
  std::uint64_t unknown = 0;
};
using Key = std::pair<std::string, std::string>;  // receiver, and date or campaign

}  // namespace

struct Receivers::State {
  explicit State(SharedFile opened) : file(std::move(opened)) {}

  Result<void> prepare() {
    const std::string columns = kHoldColumns;
    const std::string find_hold_sql = "SELECT " + columns +
                                      " FROM hold WHERE receiver = ?1 AND campaign IN ('', ?2)"
                                      " ORDER BY until DESC LIMIT 1";
    const std::string lasting_sql = "SELECT receiver, campaign, " + columns +
                                    " FROM hold WHERE until > ?1 ORDER BY receiver, campaign";
    const std::string set_sql =
        "REPLACE INTO hold (receiver, campaign, " + columns +
        ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
    return file.prepare({
        {&sum, "SELECT sum(accepted), sum(unknown) FROM day WHERE receiver = ?1"},
        {&find_hold, find_hold_sql},
        {&lasting, lasting_sql},
        {&add,
         "INSERT INTO day VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET "
         "accepted = accepted + excluded.accepted, unknown = unknown + excluded.unknown"},
        {&forget, "DELETE FROM day WHERE date < ?1"},
        {&set, set_sql},
        {&end,
         "UPDATE hold SET until = ?2 WHERE (lower(receiver) = ?1 OR "
         "substr(lower(receiver), 1, length(?1) + 6) = ?1 || ' from ') AND until > ?2"},
    });
  }

  Result<void> write_counts() {
    for (const auto& [key, counts] : counted) {
      auto ok = add->bind(1, std::string_view(key.first))
                    .bind(2, std::string_view(key.second))
                    .bind(3, static_cast<std::int64_t>(counts.accepted))
                    .bind(4, static_cast<std::int64_t>(counts.unknown))
                    .exec();
      if (!ok) return file.failed(ok.error());
    }
    if (counted.empty() || tidied == today) return {};
    const auto oldest = date_of(*parse_rfc3339(today + "T00:00:00Z") - kKept);
    if (auto ok = forget->bind(1, std::string_view(oldest)).exec(); !ok) {
      return file.failed(ok.error());
    }
    return {};
  }

  Result<void> write_holds() {
    for (const auto& [key, hold] : set_holds) {
      const auto& evidence = hold.evidence;
      set->bind(1, std::string_view(key.first)).bind(2, std::string_view(key.second));
      set->bind(3, rules::hold_name(hold.kind)).bind(4, hold.since);
      set->bind(5, hold.until).bind(6, hold.times);
      set->bind(7, static_cast<std::int64_t>(evidence.against));
      set->bind(8, static_cast<std::int64_t>(evidence.accepted));
      set->bind(9, evidence.first).bind(10, evidence.last);
      set->bind(11, evidence.code).bind(12, std::string_view(evidence.status));
      set->bind(13, std::string_view(evidence.reason)).bind(14, std::string_view(evidence.text));
      if (auto ok = set->exec(); !ok) return file.failed(ok.error());
    }
    return {};
  }

  SharedFile file;  // outlives the statements below
  std::optional<Statement> sum, find_hold, lasting, add, forget, set, end;
  std::map<Key, Counts> counted;
  std::map<Key, rules::Hold> set_holds;
  std::string today;   // of the latest count
  std::string tidied;  // when old days were last forgotten
  std::int64_t version = 0;
};

Receivers::Receivers(std::unique_ptr<State> state) : state_(std::move(state)) {}
Receivers::~Receivers() = default;
Receivers::Receivers(Receivers&&) noexcept = default;
Receivers& Receivers::operator=(Receivers&&) noexcept = default;

Result<Receivers> Receivers::open(const std::string& path, std::chrono::milliseconds patience) {
  auto file = SharedFile::open(path, kKind, patience);
  if (!file) return tl::unexpected<Error>(file.error());
  Receivers out(std::make_unique<State>(std::move(*file)));
  if (auto ok = out.state_->prepare(); !ok) return tl::unexpected<Error>(ok.error());
  if (auto ok = out.changed(); !ok) return tl::unexpected<Error>(ok.error());
  return out;
}

Result<rules::ReceiverWatch::Past> Receivers::past(std::string_view receiver,
                                                   std::string_view campaign) {
  rules::ReceiverWatch::Past past;
  auto& sum = *state_->sum;
  auto row = sum.bind(1, receiver).step();
  if (!row) return state_->file.failed(row.error());
  if (*row) {
    past.accepted = static_cast<std::uint64_t>(sum.integer(0));
    past.unknown = static_cast<std::uint64_t>(sum.integer(1));
  }
  sum.reset();
  auto& find = *state_->find_hold;
  row = find.bind(1, receiver).bind(2, campaign).step();
  if (!row) return state_->file.failed(row.error());
  if (*row) past.last_hold = hold_from(find, 0);
  find.reset();
  return past;
}

void Receivers::count(std::string_view receiver, std::uint64_t accepted, std::uint64_t unknown,
                      Timestamp now) {
  state_->today = date_of(now);
  auto& counts = state_->counted[{std::string(receiver), state_->today}];
  counts.accepted += accepted;
  counts.unknown += unknown;
}

void Receivers::hold(std::string_view receiver, std::string_view campaign, rules::Hold hold) {
  const auto concerned = hold.kind == rules::HoldKind::Content ? campaign : std::string_view("");
  state_->set_holds.insert_or_assign({std::string(receiver), std::string(concerned)},
                                     std::move(hold));
}

Result<void> Receivers::flush() {
  auto& state = *state_;
  if (state.counted.empty() && state.set_holds.empty()) return {};
  auto done = state.file.transaction([&]() -> Result<void> {
    if (auto ok = state.write_counts(); !ok) return ok;
    return state.write_holds();
  });
  if (!done) return done;
  if (!state.counted.empty()) state.tidied = state.today;
  state.counted.clear();
  state.set_holds.clear();
  return {};
}

Result<bool> Receivers::changed() {
  const auto version = query_number(state_->file.db(), "PRAGMA data_version");
  if (!version) return state_->file.failed(version.error());
  return std::exchange(state_->version, *version) != *version;
}

Result<std::vector<Receivers::Held>> Receivers::held(Timestamp now) {
  std::vector<Held> out;
  auto& rows = *state_->lasting;
  rows.bind(1, now);
  for (;;) {
    const auto row = rows.step();
    if (!row) return state_->file.failed(row.error());
    if (!*row) break;
    if (auto hold = hold_from(rows, 2)) {
      out.push_back({rows.text(0), rows.text(1), std::move(*hold)});
    }
  }
  rows.reset();
  return out;
}

Result<bool> Receivers::release(std::string_view receiver, Timestamp now) {
  const std::string name = ascii_lower(receiver);
  bool any = false;
  auto done = state_->file.transaction([&]() -> Result<void> {
    auto ok = state_->end->bind(1, std::string_view(name)).bind(2, now).exec();
    if (!ok) return state_->file.failed(ok.error());
    const auto changes = query_number(state_->file.db(), "SELECT changes()");
    if (!changes) return state_->file.failed(changes.error());
    any = *changes > 0;
    return {};
  });
  if (!done) return tl::unexpected<Error>(done.error());
  return any;
}

}  // namespace hagaki::store
