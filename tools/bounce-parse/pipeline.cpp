#include "pipeline.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace {

constexpr std::size_t kMostWeight = 8u << 20;  // of all batches under way, unless it is one
constexpr std::size_t kBatchesPerThread = 4;

}  // namespace

std::size_t Batch::weight() const {
  std::size_t sum = bytes.size();
  for (const auto& found : files) sum += found.size + found.path.size();
  return sum;
}

Pipeline::Pipeline(std::size_t threads, Work work, Deliver deliver)
    : most_threads_(std::max<std::size_t>(threads, 1)),
      work_(std::move(work)),
      deliver_(std::move(deliver)) {}

Pipeline::~Pipeline() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  to_do_.notify_all();
  for (auto& thread : threads_) thread.join();
}

bool Pipeline::submit(Batch batch) {
  if (batch.empty()) return going_;
  const std::size_t weight = batch.weight();
  while (going_ && !jobs_.empty() &&
         (jobs_.size() >= kBatchesPerThread * most_threads_ || weight_ + weight > kMostWeight)) {
    deliver_first();
  }
  if (!going_) return false;
  auto job = std::make_unique<Job>();
  job->weight = weight;
  job->batch = std::move(batch);
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

bool Pipeline::drain() {
  while (going_ && !jobs_.empty()) deliver_first();
  return going_;
}

void Pipeline::start() {
  try {
    while (threads_.size() + 1 < most_threads_) threads_.emplace_back([this] { work(); });
  } catch (const std::system_error&) {
    // Fewer threads than wished for: the one that submits works too.
  }
}

/// Judges the oldest batch that nobody has taken; false where there is none. `lock` is held when
/// this is called and when it returns.
bool Pipeline::judge_one(std::unique_lock<std::mutex>& lock) {
  const auto job =
      std::find_if(jobs_.begin(), jobs_.end(), [](const auto& one) { return !one->taken; });
  if (job == jobs_.end()) return false;
  Job& mine = **job;
  mine.taken = true;
  lock.unlock();
  mine.judged = work_(mine.batch);
  lock.lock();
  mine.done = true;
  return true;
}

void Pipeline::work() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    if (judge_one(lock)) {
      done_.notify_one();
    } else {
      to_do_.wait(lock);
    }
  }
}

/// Delivers the oldest batch. While other threads still judge it, works as they do.
void Pipeline::deliver_first() {
  std::unique_ptr<Job> job;
  {
    std::unique_lock lock(mutex_);
    while (!jobs_.front()->done) {
      if (!judge_one(lock)) done_.wait(lock);
    }
    job = std::move(jobs_.front());
    jobs_.pop_front();
  }
  weight_ -= job->weight;
  going_ = deliver_(std::move(job->judged), job->batch);
}
