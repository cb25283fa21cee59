// What a person asks of a history: the story of an address, counts, the way back, erasure.
#include <algorithm>
#include <chrono>
#include <initializer_list>
#include <map>
#include <utility>

#include "base/digest.h"
#include "rules/stop_blocks.h"
#include "store/history_state.h"

namespace hagaki::store {
namespace {

std::optional<Timestamp> time_of(std::int64_t ms) {
  if (ms == kHistoryNoTime) return std::nullopt;
  return Timestamp(std::chrono::milliseconds(ms));
}

/// Runs `sql` with texts and gives each row to `take`.
template <class Take>
Result<void> each_row(const Database& db, std::string_view sql,
                      std::initializer_list<std::string_view> parameters, Take take) {
  auto query = Statement::prepare(db, sql);
  if (!query) return tl::unexpected<Error>(query.error());
  int index = 0;
  for (const auto parameter : parameters) query->bind(++index, parameter);
  for (;;) {
    const auto row = query->step();
    if (!row) return tl::unexpected<Error>(row.error());
    if (!*row) return {};
    take(*query);
  }
}

}  // namespace

Result<void> History::reinstate(std::string_view name, Timestamp time) {
  const auto last = query_number(state_->db, "SELECT coalesce(max(id), 0) FROM failure");
  if (!last) return tl::unexpected<Error>(last.error());
  auto insert = Statement::prepare(state_->db, "INSERT INTO reinstated VALUES (?1, ?2, ?3)");
  if (!insert) return tl::unexpected<Error>(insert.error());
  insert->bind(1, name).bind(2, time.time_since_epoch().count());
  return insert->bind(3, *last).exec();
}

Result<std::int64_t> History::forget(std::string_view key) {
  std::int64_t events = 0;
  for (const auto& [sql, is_event] : {
           std::pair{"DELETE FROM delivery WHERE recipient = "
                     "(SELECT id FROM recipient WHERE key = ?1)",
                     true},
           std::pair{"DELETE FROM failure WHERE recipient = "
                     "(SELECT id FROM recipient WHERE key = ?1)",
                     true},
           std::pair{"DELETE FROM recipient WHERE key = ?1", false},
           std::pair{"DELETE FROM held_back WHERE key = ?1", false},
           std::pair{"DELETE FROM reinstated WHERE name = ?1", false},
       }) {
    auto remove = Statement::prepare(state_->db, sql);
    if (!remove) return tl::unexpected<Error>(remove.error());
    if (auto ok = remove->bind(1, key).exec(); !ok) return tl::unexpected<Error>(ok.error());
    if (is_event) events += state_->db.changes();
  }
  auto insert =
      Statement::prepare(state_->db, "INSERT INTO forgotten VALUES (?1) ON CONFLICT DO NOTHING");
  if (!insert) return tl::unexpected<Error>(insert.error());
  const auto hash = sha256_hex(key);
  if (auto ok = insert->bind(1, std::string_view(hash)).exec(); !ok) {
    return tl::unexpected<Error>(ok.error());
  }
  state_->any_forgotten = true;
  state_->last_key.clear();
  state_->last_id = 0;
  return events;
}

Result<bool> History::was_forgotten(std::string_view key) {
  auto find = Statement::prepare(state_->db, "SELECT 1 FROM forgotten WHERE hash = ?1");
  if (!find) return tl::unexpected<Error>(find.error());
  const auto hash = sha256_hex(key);
  return find->bind(1, std::string_view(hash)).step();
}

Result<bool> History::remember_again(std::string_view key) {
  auto remove = Statement::prepare(state_->db, "DELETE FROM forgotten WHERE hash = ?1");
  if (!remove) return tl::unexpected<Error>(remove.error());
  const auto hash = sha256_hex(key);
  if (auto ok = remove->bind(1, std::string_view(hash)).exec(); !ok) {
    return tl::unexpected<Error>(ok.error());
  }
  return state_->db.changes() > 0;
}

Result<void> History::wipe() {
  return state_->db.run("VACUUM");
}

Result<std::vector<std::string>> History::forgotten() {
  std::vector<std::string> out;
  auto done = each_row(state_->db, "SELECT hash FROM forgotten", {},
                       [&](const Statement& row) { out.push_back(row.text(0)); });
  if (!done) return tl::unexpected<Error>(done.error());
  return out;
}

Result<void> History::hold_back(std::string_view campaign, const HeldBack& who) {
  auto& insert = state_->new_held_back;
  if (!insert) {
    auto prepared = Statement::prepare(
        state_->db,
        "INSERT INTO held_back VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE "
        "SET email = excluded.email, rule = excluded.rule, time = excluded.time");
    if (!prepared) return tl::unexpected<Error>(prepared.error());
    insert = std::move(*prepared);
  }
  insert->bind(1, campaign).bind(2, std::string_view(who.key));
  insert->bind(3, std::string_view(who.email)).bind(4, std::string_view(who.rule));
  return insert->bind(5, who.time.time_since_epoch().count()).exec();
}

Result<std::vector<History::HeldBack>> History::held_back(std::string_view campaign) {
  std::vector<HeldBack> out;
  auto done = each_row(state_->db, R"(
SELECT h.key, h.email, h.rule, h.time FROM held_back AS h
WHERE h.campaign = ?1 AND NOT EXISTS (
  SELECT 1 FROM recipient AS r JOIN delivery AS d ON d.recipient = r.id
  JOIN campaign AS c ON c.id = d.campaign
  WHERE r.key = h.key AND c.name = h.campaign
    AND (d.time >= h.time OR d.time = -9223372036854775808))
ORDER BY h.key)",
                       {campaign}, [&](const Statement& row) {
                         out.push_back({row.text(0), row.text(1), row.text(2),
                                        Timestamp(std::chrono::milliseconds(row.integer(3)))});
                       });
  if (!done) return tl::unexpected<Error>(done.error());
  // Whom the receiver refused itself, in a way that a block is, missed it as well.
  std::map<std::string, HeldBack> refused;
  done = each_row(state_->db, R"(
SELECT r.key, f.reason, f.time FROM failure AS f
JOIN campaign AS c ON c.id = f.campaign JOIN recipient AS r ON r.id = f.recipient
WHERE c.name = ?1 AND f.what IN ('failed', 'bounced')
  AND NOT EXISTS (SELECT 1 FROM delivery AS d
    WHERE d.recipient = f.recipient AND d.campaign = f.campaign AND d.time > f.time)
  AND NOT EXISTS (SELECT 1 FROM held_back AS h WHERE h.campaign = c.name AND h.key = r.key))",
                  {campaign}, [&](const Statement& row) {
                    if (!rules::may_be_block(row.view(1))) return;
                    auto& who = refused[row.text(0)];
                    const auto time = time_of(row.integer(2)).value_or(Timestamp{});
                    who = {row.text(0), row.text(0), row.text(1), std::max(who.time, time)};
                  });
  if (!done) return tl::unexpected<Error>(done.error());
  for (auto& [key, who] : refused) out.push_back(std::move(who));
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
  return out;
}

Result<std::vector<History::Kept>> History::story(std::string_view key, std::string_view receiver) {
  std::vector<Kept> out;
  auto done = each_row(state_->db, R"(
SELECT d.time AS at, 'delivered', coalesce(c.name, ''), '', ''
FROM recipient AS r JOIN delivery AS d ON d.recipient = r.id
LEFT JOIN campaign AS c ON c.id = d.campaign WHERE r.key = ?1
UNION ALL
SELECT f.time, f.what, coalesce(c.name, ''), f.reason, f.evidence
FROM recipient AS r JOIN failure AS f ON f.recipient = r.id
LEFT JOIN campaign AS c ON c.id = f.campaign WHERE r.key = ?1
UNION ALL
SELECT time, 'reinstated', '', '', '' FROM reinstated WHERE name = ?1 OR name = ?2
ORDER BY at)",
                       {key, receiver}, [&](const Statement& row) {
                         out.push_back({time_of(row.integer(0)), row.text(1), row.text(2),
                                        row.text(3), row.text(4)});
                       });
  if (!done) return tl::unexpected<Error>(done.error());
  return out;
}

std::optional<History::Kept> kept_event(const records::Event& event, const records::Line& line,
                                        std::string_view where) {
  using What = records::Event::What;
  History::Kept out;
  out.what = failure_word(event.what);
  if (out.what.empty()) {
    if (event.what != What::Delivered && event.what != What::Confirmed) return std::nullopt;
    out.what = "delivered";
  } else {
    out.reason = event.what == What::Feedback ? event.feedback_type : event.reason;
    out.evidence = records::evidence(line, where);
  }
  out.time = event.time;
  out.campaign = event.campaign;
  return out;
}

Result<void> History::each_failed(const std::function<void(std::string_view)>& take) {
  return each_row(state_->db,
                  "SELECT key FROM recipient WHERE id IN (SELECT recipient FROM failure)", {},
                  [&](const Statement& row) { take(row.view(0)); });
}

Result<std::vector<History::Count>> History::status() {
  std::vector<Count> out;
  auto done =
      each_row(state_->db, R"(
SELECT 'recipients', (SELECT count(*) FROM recipient)
UNION ALL SELECT 'deliveries', (SELECT count(*) FROM delivery)
UNION ALL SELECT 'failures', (SELECT count(*) FROM failure)
UNION ALL SELECT * FROM (
  SELECT trim(what || ' ' || reason), count(*) FROM failure GROUP BY 1 ORDER BY 1)
UNION ALL SELECT 'reinstated', (SELECT count(*) FROM reinstated)
UNION ALL SELECT 'forgotten', (SELECT count(*) FROM forgotten)
UNION ALL SELECT 'logs', (SELECT count(*) FROM log))",
               {}, [&](const Statement& row) { out.push_back({row.text(0), row.integer(1)}); });
  if (!done) return tl::unexpected<Error>(done.error());
  return out;
}

}  // namespace hagaki::store
