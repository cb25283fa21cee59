#include "store/journal_writer.h"

#include <string>
#include <string_view>
#include <utility>

#include "store/journal_schema.h"

namespace hagaki::store {

struct Writer::Statements {
  Statement begin;
  Statement commit;
  Statement insert;
  Statement again;
  Statement settle;
  Statement outcome;
  Statement confirm;
  Statement plan;
  Statement withdraw;
  Statement meta;

  static Result<Statements> prepare(const Database& db) {
    constexpr std::string_view kSql[] = {
        "BEGIN IMMEDIATE",
        "COMMIT",
        "INSERT INTO recipient (id, key, standing, attempt, email, message_id, envelope_sender, "
        "provider, first_at) VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8)",
        "UPDATE recipient SET standing=1, attempt=?2, message_id=?3, envelope_sender=?4, "
        "provider=coalesce(?5, provider), first_at=coalesce(first_at, ?6) WHERE id=?1",
        "UPDATE recipient SET standing=?2, attempt=?3, event=?4, at=?5, retry_at=?6, reason=?7, "
        "first_at=CASE WHEN ?3=0 THEN NULL ELSE first_at END WHERE id=?1",
        "INSERT INTO outcome (id, record) VALUES (?1, ?2)",
        "DELETE FROM outcome WHERE id<=?1",
        "INSERT INTO recipient (id, key, standing, attempt, email, provider, retry_at) "
        "VALUES (?1, ?2, 0, 0, ?3, ?4, ?5)",
        kTakeBack,
        "REPLACE INTO meta VALUES (?1, ?2)",
    };
    std::vector<Statement> all;
    for (const auto sql : kSql) {
      auto statement = Statement::prepare(db, sql);
      if (!statement) return tl::unexpected<Error>(statement.error());
      all.push_back(std::move(*statement));
    }
    return Statements{std::move(all[0]), std::move(all[1]), std::move(all[2]), std::move(all[3]),
                      std::move(all[4]), std::move(all[5]), std::move(all[6]), std::move(all[7]),
                      std::move(all[8]), std::move(all[9])};
  }

  /// An address that is its own key is not stored twice.
  static void bind_email(Statement& statement, int index, std::string_view email,
                         std::string_view key) {
    email == key ? statement.bind_null(index) : statement.bind(index, email);
  }

  Result<void> write(const Batch& batch, const Batch::Intended& i) {
    const auto id = static_cast<std::int64_t>(i.id);
    if (!i.first) {
      return again.bind(1, id)
          .bind(2, std::int64_t{i.attempt})
          .bind(3, batch.view(i.message_id))
          .bind(4, batch.view(i.envelope_sender))
          .bind_known(5, batch.view(i.provider))
          .bind(6, i.at)
          .exec();
    }
    const auto key = batch.view(i.key);
    insert.bind(1, id).bind(2, key).bind(3, std::int64_t{i.attempt});
    bind_email(insert, 4, batch.view(i.email), key);
    return insert.bind(5, batch.view(i.message_id))
        .bind(6, batch.view(i.envelope_sender))
        .bind_known(7, batch.view(i.provider))
        .bind(8, i.at)
        .exec();
  }

  Result<void> write(const Batch& batch, const Batch::Planned& p) {
    const auto key = batch.view(p.key);
    plan.bind(1, static_cast<std::int64_t>(p.id)).bind(2, key);
    bind_email(plan, 3, batch.view(p.email), key);
    return plan.bind_known(4, batch.view(p.provider)).bind(5, p.retry_at).exec();
  }

  Result<void> write(const Batch& /*batch*/, const Withdrawn& w) {
    return withdraw.bind(1, static_cast<std::int64_t>(w.id))
        .bind(2, std::int64_t{w.attempt - 1})
        .exec();
  }

  Result<void> write(const Batch& batch, const Batch::Settled& o) {
    auto ok = settle.bind(1, static_cast<std::int64_t>(o.id))
                  .bind(2, static_cast<std::int64_t>(o.standing))
                  .bind(3, std::int64_t{o.attempt})
                  .bind_known(4, batch.view(o.event))
                  .bind(5, o.at)
                  .bind(6, o.retry_at)
                  .bind_known(7, batch.view(o.reason))
                  .exec();
    if (!ok || o.record.size == 0) return ok;
    return outcome.bind(1, static_cast<std::int64_t>(o.number))
        .bind(2, batch.view(o.record))
        .exec();
  }

  Result<void> write(const Batch& /*batch*/, const Confirmed& c) {
    return confirm.bind(1, static_cast<std::int64_t>(c.number)).exec();
  }

  Result<void> set(std::string_view name, std::string_view value) {
    return meta.bind(1, name).bind(2, value).exec();
  }
  Result<void> write(const Batch& /*batch*/, const InputSeen& seen) {
    auto ok = set("input", std::to_string(seen.recipients));
    return ok ? set("input_complete", seen.complete ? "1" : "0") : ok;
  }
  Result<void> write(const Batch& /*batch*/, const RunEnded& ended) {
    return set("run_ended", std::to_string(ended.at.time_since_epoch().count()));
  }
  Result<void> write(const Batch& /*batch*/, const Finished&) { return set("finished", "1"); }
};

Batch::Text Batch::keep(std::string_view text) {
  const Text kept{texts_.size(), text.size()};
  texts_ += text;
  return kept;
}

void Batch::add(const Intent& intent) {
  Intended packed;
  packed.id = intent.id;
  packed.first = intent.first;
  packed.attempt = intent.attempt;
  packed.key = keep(intent.key);
  packed.email = keep(intent.email);
  packed.message_id = keep(intent.message_id);
  packed.envelope_sender = keep(intent.envelope_sender);
  packed.provider = keep(intent.provider);
  packed.at = intent.at;
  writes_.emplace_back(packed);
}

void Batch::plan(const Intent& recipient, std::optional<Timestamp> retry_at) {
  writes_.emplace_back(Planned{recipient.id, keep(recipient.key), keep(recipient.email),
                               keep(recipient.provider), retry_at});
}

void Batch::add(std::uint64_t number, const Outcome& outcome) {
  Settled packed;
  packed.number = number;
  packed.id = outcome.id;
  packed.attempt = outcome.attempt;
  packed.standing = outcome.standing;
  packed.event = keep(outcome.event);
  packed.record = keep(outcome.record);
  packed.reason = keep(outcome.reason);
  packed.at = outcome.at;
  packed.retry_at = outcome.retry_at;
  writes_.emplace_back(packed);
}

Writer::Writer(Database db, std::size_t commit_count, std::chrono::microseconds commit_delay)
    : db_(std::move(db)),
      commit_count_(commit_count),
      commit_delay_(commit_delay),
      thread_([this] { work(); }) {}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  submitted_.notify_one();
  thread_.join();
}

void Writer::hurry() {
  {
    const std::lock_guard lock(mutex_);
    hurry_ = true;
  }
  submitted_.notify_one();
}

void Writer::on_commit(std::function<void()> wake) {
  const std::lock_guard lock(mutex_);
  wake_ = std::move(wake);
}

void Writer::sync() {
  std::unique_lock lock(mutex_);
  hurry_ = true;
  submitted_.notify_one();
  const auto target = tickets_;
  advanced_.wait(lock, [&] { return failure_ || committed_.load() >= target; });
}

std::optional<Error> Writer::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

/// Waits for a batch worth committing; false when the thread is to end.
bool Writer::collect(std::unique_lock<std::mutex>& lock, Batch& batch) {
  submitted_.wait(lock, [&] { return ending_ || !queue_.writes().empty(); });
  if (queue_.writes().empty()) return false;
  submitted_.wait_for(lock, commit_delay_,
                      [&] { return ending_ || hurry_ || queue_.writes().size() >= commit_count_; });
  hurry_ = false;
  std::swap(batch, queue_);
  return true;
}

Result<void> Writer::commit(Statements& statements, const Batch& batch) {
  if (auto ok = statements.begin.exec(); !ok) return ok;
  for (const auto& write : batch.writes()) {
    auto ok = std::visit([&](const auto& w) { return statements.write(batch, w); }, write);
    if (!ok) {
      (void)db_.run("ROLLBACK");
      return ok;
    }
  }
  auto ok = statements.commit.exec();
  if (!ok) (void)db_.run("ROLLBACK");
  return ok;
}

void Writer::work() {
  auto statements = Statements::prepare(db_);
  Batch batch;
  std::unique_lock lock(mutex_);
  if (!statements) failure_ = statements.error();
  while (!failure_ && collect(lock, batch)) {
    lock.unlock();
    auto done = commit(*statements, batch);
    const auto count = batch.writes().size();
    batch.clear();
    lock.lock();
    if (done) {
      committed_.fetch_add(count, std::memory_order_release);
    } else {
      failure_ = done.error();
      queue_.clear();
    }
    advanced_.notify_all();
    if (wake_) wake_();
  }
}

}  // namespace hagaki::store
