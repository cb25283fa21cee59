#include "store/history.h"

#include "base/digest.h"
#include "rules/stop.h"
#include "store/history_state.h"

namespace hagaki::store {
namespace {

using What = records::Event::What;

constexpr const char* kFindRecipient = "SELECT id FROM recipient WHERE key = ?1";

/// SQLite takes a view of nowhere for NULL.
std::string_view text(std::string_view s) {
  return s.data() ? s : std::string_view("");
}

bool is_delivery(What what) {
  return what == What::Delivered || what == What::Confirmed;
}

}  // namespace

Result<std::int64_t> History::State::recipient(std::string_view key) {
  if (key == last_key) return last_id;
  auto row = find_recipient->bind(1, text(key)).step();
  if (!row) return tl::unexpected<Error>(row.error());
  std::int64_t id = *row ? find_recipient->integer(0) : 0;
  find_recipient->reset();
  if (id == 0) {
    if (any_forgotten) {
      const auto hash = sha256_hex(key);
      row = find_forgotten->bind(1, std::string_view(hash)).step();
      if (!row) return tl::unexpected<Error>(row.error());
      find_forgotten->reset();
      if (*row) return 0;
    }
    if (auto ok = new_recipient->bind(1, text(key)).exec(); !ok) {
      return tl::unexpected<Error>(ok.error());
    }
    id = db.last_row();
  }
  last_key = key;
  return last_id = id;
}

Result<std::int64_t> History::State::campaign_id(std::string_view name) {
  if (name.empty()) return 0;
  if (const auto known = campaigns.find(name); known != campaigns.end()) return known->second;
  auto made = Statement::prepare(db, "INSERT INTO campaign (name) VALUES (?1)");
  if (!made) return tl::unexpected<Error>(made.error());
  if (auto ok = made->bind(1, name).exec(); !ok) return tl::unexpected<Error>(ok.error());
  return campaigns[std::string(name)] = db.last_row();
}

History::History(std::unique_ptr<State> state) : state_(std::move(state)) {}
History::~History() = default;
History::History(History&&) noexcept = default;
History& History::operator=(History&&) noexcept = default;

Result<History> History::open(const std::string& path) {
  auto db = Database::open(path, Database::Mode::ReadWrite);
  if (!db) return tl::unexpected<Error>(db.error());
  // What is deleted here is deleted: the file holds addresses.
  if (auto ok = db->run("PRAGMA cache_size=-65536; PRAGMA secure_delete=ON; BEGIN IMMEDIATE");
      !ok) {
    return tl::unexpected<Error>(ok.error());
  }
  if (auto ok = prepare_history(*db, path); !ok) return tl::unexpected<Error>(ok.error());
  const auto hasher = MessageHasher::of(*db);
  if (!hasher) return tl::unexpected<Error>(hasher.error());
  auto state = std::make_unique<State>(std::move(*db), *hasher);
  state->open = true;
  const std::pair<std::optional<Statement>*, std::string_view> statements[] = {
      {&state->find_recipient, kFindRecipient},
      {&state->new_recipient, "INSERT INTO recipient (key) VALUES (?1)"},
      {&state->new_delivery, "INSERT INTO delivery VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING"},
      {&state->new_failure,
       "INSERT INTO failure VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING"},
      {&state->find_forgotten, "SELECT 1 FROM forgotten WHERE hash = ?1"},
  };
  for (const auto& [statement, sql] : statements) {
    auto prepared = Statement::prepare(state->db, sql);
    if (!prepared) return tl::unexpected<Error>(prepared.error());
    *statement = std::move(*prepared);
  }
  const auto forgotten = query_number(state->db, "SELECT EXISTS (SELECT 1 FROM forgotten)");
  if (!forgotten) return tl::unexpected<Error>(forgotten.error());
  state->any_forgotten = *forgotten != 0;
  auto campaigns = Statement::prepare(state->db, "SELECT name, id FROM campaign");
  if (!campaigns) return tl::unexpected<Error>(campaigns.error());
  for (;;) {
    const auto row = campaigns->step();
    if (!row) return tl::unexpected<Error>(row.error());
    if (!*row) break;
    state->campaigns[campaigns->text(0)] = campaigns->integer(1);
  }
  campaigns->reset();
  return History(std::move(state));
}

Result<void> History::add(const records::Event& event, const records::Line& line,
                          std::string_view where) {
  const auto word = failure_word(event.what);
  if (word.empty() && !is_delivery(event.what)) return {};
  const auto id = state_->recipient(rules::recipient_key(event.email));
  if (!id) return tl::unexpected<Error>(id.error());
  if (*id == 0) return {};
  const auto campaign = state_->campaign_id(event.campaign);
  if (!campaign) return tl::unexpected<Error>(campaign.error());
  const auto time = event.time ? event.time->time_since_epoch().count() : kHistoryNoTime;
  const auto message = state_->message(event.message_id);
  if (word.empty()) {
    return state_->new_delivery->bind(1, *id)
        .bind(2, time)
        .bind(3, message)
        .bind(4, *campaign)
        .exec();
  }
  const auto evidence = records::evidence(line, where);
  auto& insert = *state_->new_failure;
  insert.bind(1, *id).bind(2, time).bind(3, word).bind(4, message).bind(5, *campaign);
  insert.bind(6, text(event.what == What::Feedback ? event.feedback_type : event.reason));
  return insert.bind(7, std::string_view(evidence)).exec();
}

Result<void> History::begin() {
  auto done = state_->db.run("BEGIN IMMEDIATE");
  if (done) state_->open = true;
  return done;
}

Result<void> History::commit() {
  auto done = state_->db.run("COMMIT");
  if (done) state_->open = false;
  return done;
}

}  // namespace hagaki::store
