#include "net/loop.h"

#include <uv.h>

#include <cassert>
#include <csignal>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace hagaki::net {
namespace {

/// For calls that fail only when the system is out of descriptors or memory: nothing could go on.
void must(int status) {
  if (status != 0) std::abort();
}

template <class Handle>
uv_handle_t* as_handle(Handle* handle) {
  return reinterpret_cast<uv_handle_t*>(handle);
}

}  // namespace

struct Loop::State {
  uv_loop_t loop{};
  uv_async_t wake{};
  uv_idle_t again{};  // runs while this thread's own tasks wait: costs no system call
  const std::thread::id thread = std::this_thread::get_id();
  std::mutex mutex;
  std::deque<Task> posted;
  int holds = 0;
  bool stopping = false;

  /// Runs what was posted before the call; what these tasks post waits for the next round.
  void drain() {
    std::deque<Task> batch;
    {
      const std::lock_guard lock(mutex);
      batch.swap(posted);
    }
    for (auto& task : batch) task();
  }
  bool has_posted() {
    const std::lock_guard lock(mutex);
    return !posted.empty();
  }
};

Loop::Loop() : state_(std::make_unique<State>()) {
  must(uv_loop_init(&state_->loop));
  must(uv_async_init(&state_->loop, &state_->wake,
                     [](uv_async_t* wake) { static_cast<State*>(wake->data)->drain(); }));
  state_->wake.data = state_.get();
  uv_unref(as_handle(&state_->wake));
  must(uv_idle_init(&state_->loop, &state_->again));
  state_->again.data = state_.get();
  uv_unref(as_handle(&state_->again));
}

Loop::~Loop() {
  uv_walk(
      &state_->loop,
      [](uv_handle_t* handle, void*) {
        if (!uv_is_closing(handle)) uv_close(handle, nullptr);
      },
      nullptr);
  while (uv_run(&state_->loop, UV_RUN_DEFAULT) != 0) {
  }
  [[maybe_unused]] const int status = uv_loop_close(&state_->loop);
  assert(status == 0);
}

void Loop::run() {
  assert(std::this_thread::get_id() == state_->thread);
  state_->stopping = false;
  do {
    uv_run(&state_->loop, UV_RUN_DEFAULT);
    if (!state_->stopping) state_->drain();
  } while (!state_->stopping && (uv_loop_alive(&state_->loop) != 0 || state_->has_posted()));
}

void Loop::stop() {
  state_->stopping = true;
  uv_stop(&state_->loop);
}

void Loop::post(Task task) {
  {
    const std::lock_guard lock(state_->mutex);
    state_->posted.push_back(std::move(task));
  }
  if (std::this_thread::get_id() != state_->thread) {
    uv_async_send(&state_->wake);
    return;
  }
  uv_idle_start(&state_->again, [](uv_idle_t* again) {
    uv_idle_stop(again);
    static_cast<State*>(again->data)->drain();
  });
}

void Loop::work(Task job, Task done) {
  struct Work {
    uv_work_t request{};
    Task job;
    Task done;
  };
  auto* work = new Work{{}, std::move(job), std::move(done)};
  work->request.data = work;
  must(uv_queue_work(
      &state_->loop, &work->request,
      [](uv_work_t* request) { static_cast<Work*>(request->data)->job(); },
      [](uv_work_t* request, int) {
        const std::unique_ptr<Work> owned(static_cast<Work*>(request->data));
        owned->done();
      }));
}

void Loop::hold() {
  if (state_->holds++ == 0) uv_ref(as_handle(&state_->wake));
}

void Loop::release() {
  assert(state_->holds > 0);
  if (--state_->holds == 0) uv_unref(as_handle(&state_->wake));
}

std::chrono::milliseconds Loop::now() const {
  return std::chrono::milliseconds(uv_now(&state_->loop));
}

uv_loop_s* Loop::raw() const {
  return &state_->loop;
}

struct Timer::State {
  uv_timer_t timer{};
  Loop::Task task;
  std::uint64_t starts = 0;

  static void fire(uv_timer_t* timer) {
    auto* self = static_cast<State*>(timer->data);
    // The task may start, stop or destroy its timer; the state lives on until libuv has closed it.
    const auto starts = self->starts;
    auto task = std::move(self->task);
    task();
    if (self->starts == starts && uv_timer_get_repeat(timer) != 0) self->task = std::move(task);
  }
};

Timer::Timer(Loop& loop) : state_(new State) {
  uv_timer_init(loop.raw(), &state_->timer);
  state_->timer.data = state_;
}

Timer::~Timer() {
  uv_close(as_handle(&state_->timer),
           [](uv_handle_t* handle) { delete static_cast<State*>(handle->data); });
}

void Timer::start(std::chrono::milliseconds delay, Loop::Task task) {
  ++state_->starts;
  state_->task = std::move(task);
  // libuv counts from the round's start; a round that took long must not cut the delay short.
  uv_update_time(state_->timer.loop);
  const auto ms = delay.count() > 0 ? static_cast<std::uint64_t>(delay.count()) : 0;
  uv_timer_start(&state_->timer, State::fire, ms, 0);
}

void Timer::start_repeating(std::chrono::milliseconds period, Loop::Task task) {
  ++state_->starts;
  state_->task = std::move(task);
  const auto ms = period.count() > 0 ? static_cast<std::uint64_t>(period.count()) : 1;
  uv_timer_start(&state_->timer, State::fire, ms, ms);
}

void Timer::stop() {
  ++state_->starts;
  uv_timer_stop(&state_->timer);
  state_->task = nullptr;
}

bool Timer::active() const {
  return uv_is_active(as_handle(&state_->timer)) != 0;
}

void Timer::unref() {
  uv_unref(as_handle(&state_->timer));
}

struct Poll::State {
  uv_poll_t poll{};
  Ready ready;
  int init = 0;
  int wanted = 0;

  static void fire(uv_poll_t* poll, int status, int events) {
    auto* self = static_cast<State*>(poll->data);
    int seen = (events & UV_READABLE ? kReadable : 0) | (events & UV_WRITABLE ? kWritable : 0);
    if (status < 0) seen = kReadable | kWritable;
    // A copy that outlives a stop() or destruction from inside.
    const auto ready = self->ready;
    ready(seen, status < 0 ? status : 0);
    // libuv watches no more behind an error, but what came before it may not have been read yet.
    const bool goes_on = status < 0 && self->ready && self->wanted != 0 &&
                         uv_is_closing(as_handle(poll)) == 0 && uv_is_active(as_handle(poll)) == 0;
    if (goes_on) uv_poll_start(poll, self->wanted, fire);
  }
};

Poll::Poll(Loop& loop, int fd) : state_(new State) {
  state_->init = uv_poll_init(loop.raw(), &state_->poll, fd);
  state_->poll.data = state_;
}

Poll::~Poll() {
  if (state_->init != 0) {
    delete state_;
    return;
  }
  uv_close(as_handle(&state_->poll),
           [](uv_handle_t* handle) { delete static_cast<State*>(handle->data); });
}

Result<void> Poll::start(int events, Ready ready) {
  if (!state_->ready) state_->ready = std::move(ready);
  return change(events);
}

Result<void> Poll::change(int events) {
  int status = state_->init;
  if (status == 0) {
    const int wanted = state_->wanted =
        (events & kReadable ? UV_READABLE : 0) | (events & kWritable ? UV_WRITABLE : 0);
    status = wanted == 0 ? uv_poll_stop(&state_->poll)
                         : uv_poll_start(&state_->poll, wanted, State::fire);
  }
  if (status != 0) return fail(ErrorCode::Io, uv_strerror(status));
  return {};
}

void Poll::stop() {
  if (state_->init == 0) uv_poll_stop(&state_->poll);
  state_->ready = nullptr;
}

struct Signals::State {
  uv_signal_t handles[2]{};
  Caught caught;
  int open = 2;

  void stop() {
    for (auto& handle : handles) uv_signal_stop(&handle);
  }
  static void closed(uv_handle_t* handle) {
    auto* self = static_cast<State*>(handle->data);
    if (--self->open == 0) delete self;
  }
};

Signals::Signals(Loop& loop, Caught caught) : state_(new State) {
  state_->caught = std::move(caught);
  const int numbers[] = {SIGINT, SIGTERM};
  for (int i = 0; i < 2; ++i) {
    auto& handle = state_->handles[i];
    must(uv_signal_init(loop.raw(), &handle));
    handle.data = state_;
    uv_signal_start(
        &handle,
        [](uv_signal_t* signal, int number) {
          auto* self = static_cast<State*>(signal->data);
          self->stop();
          self->caught(number);
        },
        numbers[i]);
    uv_unref(as_handle(&handle));
  }
}

Signals::~Signals() {
  for (auto& handle : state_->handles) uv_close(as_handle(&handle), State::closed);
}

}  // namespace hagaki::net
