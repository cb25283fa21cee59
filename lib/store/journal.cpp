#include "store/journal.h"

#include <cassert>
#include <deque>
#include <unordered_map>
#include <utility>

#include "store/journal_schema.h"
#include "store/journal_writer.h"
#include "store/known_keys.h"

namespace hagaki::store {

struct Journal::State {
  State(Marks locked, Opened found, Database second)
      : marks(std::move(locked)),
        opened(std::move(found)),
        reader(std::move(second)),
        last_recipient(opened.last_recipient),
        last_outcome(opened.last_outcome) {}

  Marks marks;  // first in, last out: it is the lock
  Opened opened;
  // Goes after the reader: the writing connection alone puts the write-ahead log into the file.
  std::unique_ptr<Writer> writer;
  Database reader;
  Statement by_key;
  std::uint64_t last_recipient;
  std::uint64_t last_outcome;
  bool may_look_up = false;  ///< between begin_lookups() and end_lookups()
  bool looking_up = false;   ///< and a state of the file is held

  /// Recipients whose first intent is not known to be committed, so that `reader` may not see them.
  struct Fresh {
    std::uint64_t ticket = 0;
    const std::string* key = nullptr;  ///< in fresh_by_key
  };
  std::deque<Fresh> fresh;
  std::unordered_map<std::string, Known> fresh_by_key;
  /// Of a journal that was empty when it was opened: most lists name nobody twice, and this spares
  /// them a lookup each.
  std::optional<KnownKeys> keys;

  void forget_committed() {
    const auto committed = writer->committed();
    while (!fresh.empty() && fresh.front().ticket <= committed) {
      fresh_by_key.erase(fresh_by_key.find(*fresh.front().key));
      fresh.pop_front();
    }
  }

  void add_fresh(const std::string& key, Known known, std::uint64_t ticket) {
    if (keys) keys->add(key);
    const auto [at, added] = fresh_by_key.emplace(key, std::move(known));
    if (added) fresh.push_back({ticket, &at->first});
  }
};

namespace {

Error at(Error error, const std::string& path) {
  if (error.context.empty()) error.context = path;
  return error;
}

}  // namespace

Result<std::unique_ptr<Journal>> Journal::open(const std::string& path, const std::string& campaign,
                                               Options options) {
  // Before anything is made beside it.
  if (auto ok = check_journal_file(path); !ok) return tl::unexpected<Error>(ok.error());
  const Timestamp last_written = last_change(path);
  auto marks = Marks::open(path + "-sent");
  if (!marks) return tl::unexpected<Error>(marks.error());
  auto db = Database::open(path, Database::Mode::ReadWrite);
  if (!db) return tl::unexpected<Error>(db.error());
  auto opened = prepare_journal(*db, campaign, options.resume, *marks, last_written);
  if (!opened) return tl::unexpected<Error>(at(opened.error(), path));
  auto reader = Database::open(path, Database::Mode::ReadOnly);
  if (!reader) return tl::unexpected<Error>(reader.error());

  auto state = std::make_unique<State>(std::move(*marks), std::move(*opened), std::move(*reader));
  auto by_key = Statement::prepare(
      state->reader,
      "SELECT id, standing, attempt, event, first_at, retry_at FROM recipient WHERE key=?1");
  if (!by_key) return tl::unexpected<Error>(by_key.error());
  state->by_key = std::move(*by_key);
  if (state->last_recipient == 0) state->keys.emplace();
  state->writer =
      std::make_unique<Writer>(std::move(*db), options.commit_count, options.commit_delay);
  return std::unique_ptr<Journal>(new Journal(std::move(state)));
}

Result<std::unique_ptr<Journal>> Journal::open(const std::string& path,
                                               const std::string& campaign) {
  return open(path, campaign, Options{});
}

Journal::Journal(std::unique_ptr<State> state) : state_(std::move(state)) {}
Journal::~Journal() {
  state_->writer->submit(RunEnded{now()});
}

void Journal::on_commit(std::function<void()> wake) {
  state_->writer->on_commit(std::move(wake));
}

const std::vector<Interrupted>& Journal::interrupted() const {
  return state_->opened.interrupted;
}

bool Journal::had_work() const {
  return state_->opened.had_work;
}

Result<std::vector<Unreported>> Journal::unreported(std::uint64_t after, std::size_t limit) const {
  auto query = Statement::prepare(
      state_->reader, "SELECT id, record FROM outcome WHERE id>?1 AND id<=?2 ORDER BY id LIMIT ?3");
  if (!query) return tl::unexpected<Error>(query.error());
  query->bind(1, static_cast<std::int64_t>(after))
      .bind(2, static_cast<std::int64_t>(state_->opened.last_outcome))
      .bind(3, static_cast<std::int64_t>(limit));
  std::vector<Unreported> out;
  for (;;) {
    auto row = query->step();
    if (!row) return tl::unexpected<Error>(row.error());
    if (!*row) return out;
    out.push_back({static_cast<std::uint64_t>(query->integer(0)), query->text(1)});
  }
}

void Journal::begin_lookups() {
  state_->may_look_up = true;
}

void Journal::end_lookups() {
  state_->may_look_up = false;
  if (std::exchange(state_->looking_up, false)) (void)state_->reader.run("COMMIT");
  // Where nobody is looked up, since `keys` has none of them, they would become more and more.
  state_->forget_committed();
}

Result<std::optional<Known>> Journal::find(std::string_view key) const {
  if (state_->keys && !state_->keys->may_have(key)) return std::optional<Known>();
  if (!state_->looking_up) {
    // What is forgotten now is in the state of the file that will be seen; what is committed later
    // is not, and stays among the fresh until the end.
    state_->forget_committed();
    state_->looking_up = state_->may_look_up && state_->reader.run("BEGIN").has_value();
  }
  if (!state_->fresh_by_key.empty()) {
    const auto it = state_->fresh_by_key.find(std::string(key));
    if (it != state_->fresh_by_key.end()) return it->second;
  }
  Statement& query = state_->by_key;
  auto row = query.bind(1, key).step();
  if (!row) return tl::unexpected<Error>(row.error());
  std::optional<Known> known;
  if (*row) {
    known = Known{static_cast<std::uint64_t>(query.integer(0)),
                  static_cast<Standing>(query.integer(1)),
                  static_cast<int>(query.integer(2)),
                  query.text(3),
                  query.time(4),
                  query.time(5)};
  }
  query.reset();
  return known;
}

std::uint64_t Journal::new_id() {
  return ++state_->last_recipient;
}

std::uint64_t Journal::plan(const Intent& recipient, std::optional<Timestamp> retry_at) {
  assert(recipient.id > 0 && recipient.id <= state_->last_recipient);
  const auto ticket = state_->writer->plan(recipient, retry_at);
  state_->add_fresh(recipient.key, {recipient.id, Standing::Planned, 0, {}, std::nullopt, retry_at},
                    ticket);
  return ticket;
}

std::uint64_t Journal::intend(const Intent& intent) {
  assert(intent.id > 0 && intent.id <= state_->last_recipient);
  const auto ticket = state_->writer->submit(intent);
  if (!intent.first) return ticket;
  state_->add_fresh(intent.key,
                    {intent.id, Standing::InFlight, intent.attempt, {}, intent.at, std::nullopt},
                    ticket);
  return ticket;
}

std::uint64_t Journal::withdraw(std::uint64_t id, int attempt) {
  return state_->writer->submit(Withdrawn{id, attempt});
}

bool Journal::mark_sending(std::size_t slot, std::uint64_t id, int attempt) {
  assert(slot < kSlots);
  return state_->marks.set(slot, {id, attempt});
}

std::uint64_t Journal::settle(const Outcome& outcome, std::uint64_t& number) {
  number = ++state_->last_outcome;
  return state_->writer->submit(number, outcome);
}

std::uint64_t Journal::confirm(std::uint64_t number) {
  return state_->writer->submit(Confirmed{number});
}

std::uint64_t Journal::note_input(std::uint64_t recipients, bool complete) {
  return state_->writer->submit(InputSeen{recipients, complete});
}

std::uint64_t Journal::finish() {
  return state_->writer->submit(Finished{});
}

std::uint64_t Journal::committed() const {
  return state_->writer->committed();
}
void Journal::hurry() {
  state_->writer->hurry();
}
void Journal::sync() {
  state_->writer->sync();
}
std::optional<Error> Journal::failure() const {
  return state_->writer->failure();
}

Result<std::vector<std::string>> Journal::keys(std::size_t limit) const {
  auto query = Statement::prepare(state_->reader, "SELECT key FROM recipient LIMIT ?1");
  if (!query) return tl::unexpected<Error>(query.error());
  query->bind(1, static_cast<std::int64_t>(limit));
  std::vector<std::string> out;
  for (;;) {
    auto row = query->step();
    if (!row) return tl::unexpected<Error>(row.error());
    if (!*row) return out;
    out.push_back(query->text(0));
  }
}

Result<std::vector<Ended>> Journal::ended() const {
  auto query = Statement::prepare(
      state_->reader,
      "SELECT event, coalesce(reason, ''), count(*) FROM recipient WHERE standing=3 GROUP BY 1, 2");
  if (!query) return tl::unexpected<Error>(query.error());
  std::vector<Ended> out;
  for (;;) {
    auto row = query->step();
    if (!row) return tl::unexpected<Error>(row.error());
    if (!*row) return out;
    out.push_back({query->text(0), query->text(1), static_cast<std::uint64_t>(query->integer(2))});
  }
}

Result<std::uint64_t> Journal::unfinished() const {
  const auto count =
      query_number(state_->reader, "SELECT count(*) FROM recipient WHERE standing<>3");
  if (!count) return tl::unexpected<Error>(count.error());
  return static_cast<std::uint64_t>(*count);
}

}  // namespace hagaki::store
