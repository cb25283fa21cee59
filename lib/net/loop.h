#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"

struct uv_loop_s;

namespace hagaki::net {

/// An event loop (libuv). The thread that makes it runs it; everything bound to it is used from
/// that thread, save where a function says otherwise. Timers, polls and signals must be gone before
/// their loop.
class Loop {
 public:
  using Task = std::function<void()>;

  /// Ends the program when the system has no descriptors left for a loop.
  Loop();
  /// Closes what is still open on the loop (handles of raw() too) and runs their close callbacks.
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Runs until stop(), or until nothing is left to wait for: no timer, poll, work, hold or posted
  /// task. May be called again afterwards.
  void run();
  /// Makes run() return after the callbacks of this round. Callable inside and outside run().
  void stop();

  /// Calls `task` from the loop, never from inside post(), in the order posted. Any thread may
  /// post; a loop whose only future is another thread's post needs a hold().
  void post(Task task);
  /// Calls `job` on libuv's thread pool, then `done` from the loop. `job` must not touch the loop.
  void work(Task job, Task done);

  /// Keeps run() from returning for want of work until as many release() calls.
  void hold();
  void release();

  /// Milliseconds on a monotonic clock, as of the start of this round.
  [[nodiscard]] std::chrono::milliseconds now() const;

  /// For handles of libuv's own (TCP and UDP servers).
  [[nodiscard]] uv_loop_s* raw() const;

  struct State;

 private:
  std::unique_ptr<State> state_;
};

/// Calls back once, or again and again, after a time. Destroying it from inside its own callback,
/// and starting it again there, are both allowed.
class Timer {
 public:
  explicit Timer(Loop& loop);
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  /// Calls `task` once after `delay`; a start() before that replaces it.
  void start(std::chrono::milliseconds delay, Loop::Task task);
  /// Calls `task` every `period` (at least 1 ms) until stop().
  void start_repeating(std::chrono::milliseconds period, Loop::Task task);
  void stop();
  [[nodiscard]] bool active() const;
  /// Lets run() return while this timer is still waiting.
  void unref();

  struct State;

 private:
  State* state_;
};

/// Watches a descriptor it does not own. Stop (or destroy) it before the descriptor is closed.
class Poll {
 public:
  static constexpr int kReadable = 1;
  static constexpr int kWritable = 2;
  /// `events` holds kReadable and kWritable as they are; `error` is a negative errno, or 0. On an
  /// error the descriptor counts as both, so that the reader meets it; until the reader has, or
  /// stops, it is called again.
  using Ready = std::function<void(int events, int error)>;

  Poll(Loop& loop, int fd);
  ~Poll();
  Poll(const Poll&) = delete;
  Poll& operator=(const Poll&) = delete;

  /// Waits for `events` until stop(); level-triggered. Calling it again changes the events; only
  /// the first call sets `ready`, unless a stop() came between. Error::Io when the descriptor
  /// cannot be watched (a plain file, or one that is watched already).
  Result<void> start(int events, Ready ready);
  /// Changes the events of a started poll.
  Result<void> change(int events);
  void stop();

  struct State;

 private:
  State* state_;
};

/// Turns the first SIGINT or SIGTERM into a call from the loop, so that a tool can finish cleanly;
/// afterwards the signals have their default effect again, so a second one ends the program.
/// Does not keep run() from returning.
class Signals {
 public:
  using Caught = std::function<void(int signal)>;
  Signals(Loop& loop, Caught caught);
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  struct State;

 private:
  State* state_;
};

}  // namespace hagaki::net
