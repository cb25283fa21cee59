#include "net/workers.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace hagaki::net {

struct Workers::State : std::enable_shared_from_this<Workers::State> {
  State(Loop& owner, std::size_t most)
      : loop(owner), most_threads(std::max<std::size_t>(most, 1)) {}

  struct Job {
    Task job;
    Task done;
  };

  Loop& loop;
  std::size_t most_threads;
  std::size_t under_way = 0;  // in the loop's thread only; each holds the loop
  std::vector<std::thread> threads;

  std::mutex mutex;
  std::condition_variable to_do;
  std::deque<Job> jobs;
  std::vector<Task> finished;
  std::size_t idle = 0;
  bool ending = false;

  void work() {
    std::unique_lock lock(mutex);
    for (;;) {
      ++idle;
      to_do.wait(lock, [this] { return ending || !jobs.empty(); });
      --idle;
      if (ending) return;
      Job mine = std::move(jobs.front());
      jobs.pop_front();
      lock.unlock();
      mine.job();
      lock.lock();
      finished.push_back(std::move(mine.done));
      // One call for all that end before the loop gets there.
      if (finished.size() == 1) post();
    }
  }

  void post() {
    loop.post([weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->tell();
    });
  }

  void tell() {
    std::vector<Task> ended;
    {
      const std::lock_guard lock(mutex);
      if (ending) return;
      ended.swap(finished);
    }
    for (const Task& done : ended) {
      if (ending) return;  // one of them has ended us
      --under_way;
      loop.release();
      done();
    }
  }
};

Workers::Workers(Loop& loop, std::size_t threads)
    : state_(std::make_shared<State>(loop, threads)) {}

Workers::~Workers() {
  State& s = *state_;
  {
    const std::lock_guard lock(s.mutex);
    s.ending = true;
  }
  s.to_do.notify_all();
  for (auto& thread : s.threads) thread.join();
  for (; s.under_way > 0; --s.under_way) s.loop.release();
}

void Workers::run(Task job, Task done) {
  State& s = *state_;
  ++s.under_way;
  s.loop.hold();
  bool more = false;
  {
    const std::lock_guard lock(s.mutex);
    s.jobs.push_back({std::move(job), std::move(done)});
    more = s.idle < s.jobs.size() && s.threads.size() < s.most_threads;
  }
  if (more) {
    try {
      s.threads.emplace_back([&s] { s.work(); });
    } catch (const std::system_error&) {
      s.most_threads = s.threads.size();  // the system has no more
    }
  }
  if (!s.threads.empty()) return s.to_do.notify_one();
  // No thread at all: slowly, but it goes on.
  State::Job mine = std::move(s.jobs.front());
  s.jobs.pop_front();
  mine.job();
  s.finished.push_back(std::move(mine.done));
  s.post();
}

}  // namespace hagaki::net
