#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <variant>
#include <vector>

#include "store/journal.h"
#include "store/sqlite.h"

namespace hagaki::store {

struct Confirmed {
  std::uint64_t number = 0;
};
struct Withdrawn {
  std::uint64_t id = 0;
  int attempt = 0;
};
struct InputSeen {
  std::uint64_t recipients = 0;
  bool complete = false;
};
struct RunEnded {
  Timestamp at{};
};
struct Finished {};

/// Writes that wait for their commit. Their texts lie one behind the other in one string, so that
/// neither thread allocates or frees for each of them.
class Batch {
 public:
  struct Text {
    std::size_t begin = 0;
    std::size_t size = 0;
  };
  struct Intended {
    std::uint64_t id = 0;
    bool first = true;
    int attempt = 1;
    Text key, email, message_id, envelope_sender, provider;
    Timestamp at{};
  };
  struct Planned {
    std::uint64_t id = 0;
    Text key, email, provider;
    std::optional<Timestamp> retry_at;
  };
  struct Settled {
    std::uint64_t number = 0;
    std::uint64_t id = 0;
    int attempt = 0;
    Standing standing = Standing::Done;
    Text event, record, reason;
    Timestamp at{};
    std::optional<Timestamp> retry_at;
  };
  using Write =
      std::variant<Intended, Settled, Planned, Confirmed, Withdrawn, InputSeen, RunEnded, Finished>;

  void add(const Intent& intent);
  void plan(const Intent& recipient, std::optional<Timestamp> retry_at);
  void add(std::uint64_t number, const Outcome& outcome);
  void add(Write write) { writes_.push_back(write); }
  void clear() {
    writes_.clear();
    texts_.clear();
  }

  [[nodiscard]] const std::vector<Write>& writes() const { return writes_; }
  [[nodiscard]] std::string_view view(Text text) const {
    return std::string_view(texts_).substr(text.begin, text.size);
  }

 private:
  Text keep(std::string_view text);

  std::vector<Write> writes_;
  std::string texts_;
};

/// The thread that owns the journal's writing connection and commits in groups.
class Writer {
 public:
  Writer(Database db, std::size_t commit_count, std::chrono::microseconds commit_delay);
  /// Writes what was submitted, then ends the thread.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// Adds what these make a Batch add(): a ticket.
  template <class... Parts>
  std::uint64_t submit(const Parts&... parts) {
    return submit_by([&](Batch& batch) { batch.add(parts...); });
  }
  std::uint64_t plan(const Intent& recipient, std::optional<Timestamp> retry_at) {
    return submit_by([&](Batch& batch) { batch.plan(recipient, retry_at); });
  }
  void hurry();
  void on_commit(std::function<void()> wake);
  void sync();
  [[nodiscard]] std::uint64_t committed() const {
    return committed_.load(std::memory_order_acquire);
  }
  [[nodiscard]] std::optional<Error> failure() const;

 private:
  struct Statements;
  void work();
  bool collect(std::unique_lock<std::mutex>& lock, Batch& batch);
  Result<void> commit(Statements& statements, const Batch& batch);

  /// Lets `add` put one write into the queue.
  template <class Add>
  std::uint64_t submit_by(Add add) {
    std::uint64_t ticket = 0;
    bool wake = false;
    {
      const std::lock_guard lock(mutex_);
      if (!failure_) {
        add(queue_);
        const auto queued = queue_.writes().size();
        wake = queued == 1 || queued == commit_count_;
      }
      ticket = ++tickets_;
    }
    if (wake) submitted_.notify_one();
    return ticket;
  }

  Database db_;
  const std::size_t commit_count_;
  const std::chrono::microseconds commit_delay_;
  mutable std::mutex mutex_;
  std::condition_variable submitted_;
  std::condition_variable advanced_;
  Batch queue_;
  std::function<void()> wake_;
  std::optional<Error> failure_;
  bool hurry_ = false;
  bool ending_ = false;
  std::uint64_t tickets_ = 0;
  std::atomic<std::uint64_t> committed_{0};
  std::thread thread_;
};

}  // namespace hagaki::store
