#include "store/history.h"

#include <charconv>
#include <unordered_map>

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

/// A number as text, without an allocation.
std::string_view as_text(std::int64_t number, char (&buffer)[24]) {
  const auto end = std::to_chars(std::begin(buffer), std::end(buffer), number).ptr;
  return {buffer, static_cast<std::size_t>(end - buffer)};
}

/// Up to when failures are void.
struct Void {
  std::int64_t time = kHistoryNoTime;
  std::int64_t last = 0;
};
using Voids = std::unordered_map<std::string, Void>;

Result<Voids> voids_of(const Database& db) {
  Voids out;
  auto query =
      Statement::prepare(db, "SELECT name, max(time), max(last) FROM reinstated GROUP BY 1");
  if (!query) return tl::unexpected<Error>(query.error());
  for (;;) {
    const auto row = query->step();
    if (!row) return tl::unexpected<Error>(row.error());
    if (!*row) return out;
    out[query->text(0)] = {query->integer(1), query->integer(2)};
  }
}

/// Whether a failure is void.
class Reinstated {
 public:
  Reinstated(Voids voids, const History::ProviderOf& provider_of)
      : voids_(std::move(voids)), provider_of_(provider_of) {
    for (const auto& [name, until] : voids_) by_provider_ |= name.starts_with("provider=");
  }

  [[nodiscard]] bool has(const std::string& key, std::int64_t time, std::int64_t id,
                         bool wish) const {
    if (voids_.empty()) return false;
    if (covers(key, time, id)) return true;
    if (!by_provider_ || wish) return false;
    const auto at = key.rfind('@');
    if (at == std::string::npos) return false;
    const auto provider = provider_of_(std::string_view(key).substr(at + 1));
    return !provider.empty() && covers("provider=" + std::string(provider), time, id);
  }

 private:
  [[nodiscard]] bool covers(const std::string& name, std::int64_t time, std::int64_t id) const {
    const auto found = voids_.find(name);
    if (found == voids_.end()) return false;
    return time == kHistoryNoTime ? id <= found->second.last : time <= found->second.time;
  }

  Voids voids_;
  const History::ProviderOf& provider_of_;
  bool by_provider_ = false;
};

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

Result<void> History::commit() {
  auto done = state_->db.run("COMMIT");
  if (done) state_->open = false;
  return done;
}

Result<void> History::replay(const ProviderOf& provider_of, const Each& each) {
  auto voids = voids_of(state_->db);
  if (!voids) return tl::unexpected<Error>(voids.error());
  const Reinstated reinstated(std::move(*voids), provider_of);
  char message[24];
  char campaign[24];
  records::Event event;
  const auto hand_out = [&](std::int64_t time, std::int64_t message_hash, std::int64_t campaign_id,
                            std::string_view evidence) {
    event.time.reset();
    if (time != kHistoryNoTime) event.time = Timestamp(std::chrono::milliseconds(time));
    event.message_id = message_hash == 0 ? std::string_view() : as_text(message_hash, message);
    event.campaign = campaign_id == 0 ? std::string_view() : as_text(campaign_id, campaign);
    each(event, evidence);
  };

  auto failures = Statement::prepare(state_->db, R"(
SELECT r.key, f.time, f.what, f.message, f.campaign, f.reason, f.evidence, f.id
FROM failure AS f CROSS JOIN recipient AS r ON r.id = f.recipient)");
  if (!failures) return tl::unexpected<Error>(failures.error());
  for (;;) {
    const auto row = failures->step();
    if (!row) return tl::unexpected<Error>(row.error());
    if (!*row) break;
    event.what = failure_of(failures->view(2));
    if (event.what == What::Undecided) {
      return fail(ErrorCode::Config, "history has an unknown kind of event");
    }
    const std::string key = failures->text(0);
    const bool wish = event.what == What::Feedback || event.what == What::Unsubscribe;
    if (reinstated.has(key, failures->integer(1), failures->integer(7), wish)) continue;
    event.email = key;
    const auto reason = failures->view(5);
    event.reason = event.what == What::Feedback ? std::string_view() : reason;
    event.feedback_type = event.what == What::Feedback ? reason : std::string_view();
    hand_out(failures->integer(1), failures->integer(3), failures->integer(4), failures->view(6));
  }

  // Recipients of whom nothing but deliveries is known have no verdict.
  auto deliveries = Statement::prepare(state_->db, R"(
SELECT r.key, d.time, d.message, d.campaign
FROM (SELECT DISTINCT recipient FROM failure) AS judged
CROSS JOIN recipient AS r ON r.id = judged.recipient
CROSS JOIN delivery AS d ON d.recipient = judged.recipient)");
  if (!deliveries) return tl::unexpected<Error>(deliveries.error());
  event = {};
  event.what = What::Delivered;
  for (;;) {
    const auto row = deliveries->step();
    if (!row) return tl::unexpected<Error>(row.error());
    if (!*row) return {};
    event.email = deliveries->view(0);
    hand_out(deliveries->integer(1), deliveries->integer(2), deliveries->integer(3), {});
  }
}

}  // namespace hagaki::store
