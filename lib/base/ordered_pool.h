#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace hagaki {

/// Cores that this process may use, at least one.
std::size_t usable_cores();

/// Works on tasks in several threads and delivers them in the order in which they were submitted.
/// The thread that submits is one of them: it works too when too much is under way, which bounds
/// what is kept. The others are started when a second task comes, so that one alone costs none.
template <class Task>
class OrderedPool {
 public:
  /// Called on any of the threads, for several tasks at once.
  using Work = std::function<void(Task&)>;
  /// Called on the thread that submits. False to stop: nothing is delivered any more.
  using Deliver = std::function<bool(Task&)>;

  OrderedPool(std::size_t threads, Work work, Deliver deliver)
      : most_threads_(std::max<std::size_t>(threads, 1)),
        work_(std::move(work)),
        deliver_(std::move(deliver)) {}

  ~OrderedPool() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    to_do_.notify_all();
    for (auto& thread : threads_) thread.join();
  }
  OrderedPool(const OrderedPool&) = delete;
  OrderedPool& operator=(const OrderedPool&) = delete;

  /// `weight`: the bytes that the task needs in memory until it was delivered. Returns going().
  bool submit(Task task, std::size_t weight) {
    while (going_ && !jobs_.empty() &&
           (jobs_.size() >= kTasksPerThread * most_threads_ || weight_ + weight > kMostWeight)) {
      deliver_first();
    }
    if (!going_) return false;
    auto job = std::make_unique<Job>(std::move(task), weight);
    weight_ += weight;
    {
      const std::lock_guard lock(mutex_);
      jobs_.push_back(std::move(job));
    }
    if (most_threads_ == 1) return drain();
    if (threads_.empty() && jobs_.size() > 1) start();
    to_do_.notify_one();
    // What is done already need not wait in memory.
    for (;;) {
      {
        const std::lock_guard lock(mutex_);
        if (jobs_.empty() || !jobs_.front()->done) return going_;
      }
      deliver_first();
      if (!going_) return false;
    }
  }

  /// False once `deliver` has said to stop.
  [[nodiscard]] bool going() const { return going_; }

  /// Waits until all is delivered. Returns going().
  bool drain() {
    while (going_ && !jobs_.empty()) deliver_first();
    return going_;
  }

 private:
  static constexpr std::size_t kMostWeight = 8u << 20;  // of all tasks under way, unless it is one
  static constexpr std::size_t kTasksPerThread = 4;

  struct Job {
    Job(Task what, std::size_t bytes) : task(std::move(what)), weight(bytes) {}
    Task task;
    std::size_t weight;
    bool taken = false;
    bool done = false;
  };

  void start() {
    try {
      while (threads_.size() + 1 < most_threads_) threads_.emplace_back([this] { work(); });
    } catch (const std::system_error&) {
      // Fewer threads than wished for: the one that submits works too.
    }
  }

  /// Works on the oldest task that nobody has taken; false where there is none. `lock` is held when
  /// this is called and when it returns.
  bool work_on_one(std::unique_lock<std::mutex>& lock) {
    const auto job =
        std::find_if(jobs_.begin(), jobs_.end(), [](const auto& one) { return !one->taken; });
    if (job == jobs_.end()) return false;
    Job& mine = **job;
    mine.taken = true;
    lock.unlock();
    work_(mine.task);
    lock.lock();
    mine.done = true;
    return true;
  }

  void work() {
    std::unique_lock lock(mutex_);
    while (!ending_) {
      if (work_on_one(lock)) {
        done_.notify_one();
      } else {
        to_do_.wait(lock);
      }
    }
  }

  /// Delivers the oldest task. While other threads still work on it, works as they do.
  void deliver_first() {
    std::unique_ptr<Job> job;
    {
      std::unique_lock lock(mutex_);
      while (!jobs_.front()->done) {
        if (!work_on_one(lock)) done_.wait(lock);
      }
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    weight_ -= job->weight;
    going_ = deliver_(job->task);
  }

  std::size_t most_threads_;
  Work work_;
  Deliver deliver_;
  bool going_ = true;
  std::size_t weight_ = 0;  ///< of all jobs

  std::mutex mutex_;
  std::condition_variable to_do_;
  std::condition_variable done_;
  std::deque<std::unique_ptr<Job>> jobs_;  ///< in the order submitted
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace hagaki
