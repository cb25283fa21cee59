#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <variant>
#include <vector>

#include "store/journal.h"
#include "store/sqlite.h"

namespace hagaki::store {

struct Confirmed {
  std::uint64_t number = 0;
};
struct Planned {
  Intent recipient;
  std::optional<Timestamp> retry_at;
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
struct NumberedOutcome {
  std::uint64_t number = 0;
  Outcome outcome;
};
using Write = std::variant<Intent, NumberedOutcome, Confirmed, Planned, Withdrawn, InputSeen,
                           RunEnded, Finished>;

/// The thread that owns the journal's writing connection and commits in groups.
class Writer {
 public:
  Writer(Database db, std::size_t commit_count, std::chrono::microseconds commit_delay);
  /// Writes what was submitted, then ends the thread.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  std::uint64_t submit(Write write);
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
  bool collect(std::unique_lock<std::mutex>& lock, std::vector<Write>& batch);
  Result<void> commit(Statements& statements, std::vector<Write>& batch);

  Database db_;
  const std::size_t commit_count_;
  const std::chrono::microseconds commit_delay_;
  mutable std::mutex mutex_;
  std::condition_variable submitted_;
  std::condition_variable advanced_;
  std::vector<Write> queue_;
  std::function<void()> wake_;
  std::optional<Error> failure_;
  bool hurry_ = false;
  bool ending_ = false;
  std::uint64_t tickets_ = 0;
  std::atomic<std::uint64_t> committed_{0};
  std::thread thread_;
};

}  // namespace hagaki::store
