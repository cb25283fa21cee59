#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "net/loop.h"

namespace hagaki::net {

/// Threads for what would hold up a loop: computing, not waiting. Used from the loop's thread.
class Workers {
 public:
  using Task = std::function<void()>;

  /// At most `threads` (at least one), which are begun as jobs come. `loop` must outlive it.
  Workers(Loop& loop, std::size_t threads);
  /// Forgets the jobs that no thread has begun and waits for the others. No `done` is called any
  /// more.
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  /// Calls `job` on one of the threads, then `done` from the loop. Jobs begin in the order in which
  /// they came and end in any.
  void run(Task job, Task done);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace hagaki::net
