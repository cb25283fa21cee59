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

  Result<void> write(const Intent& i) {
    const auto id = static_cast<std::int64_t>(i.id);
    if (!i.first) {
      return again.bind(1, id)
          .bind(2, std::int64_t{i.attempt})
          .bind(3, i.message_id)
          .bind(4, i.envelope_sender)
          .bind_known(5, i.provider)
          .bind(6, i.at)
          .exec();
    }
    insert.bind(1, id).bind(2, i.key).bind(3, std::int64_t{i.attempt});
    i.email == i.key ? insert.bind_null(4) : insert.bind(4, i.email);
    return insert.bind(5, i.message_id)
        .bind(6, i.envelope_sender)
        .bind_known(7, i.provider)
        .bind(8, i.at)
        .exec();
  }

  Result<void> write(const Planned& p) {
    const Intent& i = p.recipient;
    plan.bind(1, static_cast<std::int64_t>(i.id)).bind(2, i.key);
    i.email == i.key ? plan.bind_null(3) : plan.bind(3, i.email);
    return plan.bind_known(4, i.provider).bind(5, p.retry_at).exec();
  }

  Result<void> write(const Withdrawn& w) {
    return withdraw.bind(1, static_cast<std::int64_t>(w.id))
        .bind(2, std::int64_t{w.attempt - 1})
        .exec();
  }

  Result<void> write(const NumberedOutcome& n) {
    const Outcome& o = n.outcome;
    auto ok = settle.bind(1, static_cast<std::int64_t>(o.id))
                  .bind(2, static_cast<std::int64_t>(o.standing))
                  .bind(3, std::int64_t{o.attempt})
                  .bind_known(4, o.event)
                  .bind(5, o.at)
                  .bind(6, o.retry_at)
                  .bind_known(7, o.reason)
                  .exec();
    if (!ok || o.record.empty()) return ok;
    return outcome.bind(1, static_cast<std::int64_t>(n.number)).bind(2, o.record).exec();
  }

  Result<void> write(const Confirmed& c) {
    return confirm.bind(1, static_cast<std::int64_t>(c.number)).exec();
  }

  Result<void> set(std::string_view name, std::string_view value) {
    return meta.bind(1, name).bind(2, value).exec();
  }
  Result<void> write(const InputSeen& seen) {
    auto ok = set("input", std::to_string(seen.recipients));
    return ok ? set("input_complete", seen.complete ? "1" : "0") : ok;
  }
  Result<void> write(const RunEnded& ended) {
    return set("run_ended", std::to_string(ended.at.time_since_epoch().count()));
  }
  Result<void> write(const Finished&) { return set("finished", "1"); }
};

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

std::uint64_t Writer::submit(Write write) {
  std::uint64_t ticket = 0;
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (!failure_) {
      queue_.push_back(std::move(write));
      wake = queue_.size() == 1 || queue_.size() == commit_count_;
    }
    ticket = ++tickets_;
  }
  if (wake) submitted_.notify_one();
  return ticket;
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
bool Writer::collect(std::unique_lock<std::mutex>& lock, std::vector<Write>& batch) {
  submitted_.wait(lock, [&] { return ending_ || !queue_.empty(); });
  if (queue_.empty()) return false;
  submitted_.wait_for(lock, commit_delay_,
                      [&] { return ending_ || hurry_ || queue_.size() >= commit_count_; });
  hurry_ = false;
  batch.swap(queue_);
  return true;
}

Result<void> Writer::commit(Statements& statements, std::vector<Write>& batch) {
  if (auto ok = statements.begin.exec(); !ok) return ok;
  for (const auto& write : batch) {
    auto ok = std::visit([&](const auto& w) { return statements.write(w); }, write);
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
  std::vector<Write> batch;
  std::unique_lock lock(mutex_);
  if (!statements) failure_ = statements.error();
  while (!failure_ && collect(lock, batch)) {
    lock.unlock();
    auto done = commit(*statements, batch);
    const auto count = batch.size();
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
