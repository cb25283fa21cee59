#include "net/workers.h"

#include <doctest/doctest.h>

#include <atomic>
#include <optional>
#include <thread>

namespace hagaki::net {
namespace {

TEST_CASE("jobs leave the thread and come back to it, and the loop waits for them") {
  for (const std::size_t threads : {1U, 4U}) {
    CAPTURE(threads);
    Loop loop;
    Workers workers(loop, threads);
    const auto here = std::this_thread::get_id();
    std::atomic<int> away = 0;
    int back = 0;
    for (int i = 0; i < 200; ++i) {
      workers.run([&] { away += std::this_thread::get_id() != here ? 1 : 0; },
                  [&] { back += std::this_thread::get_id() == here ? 1 : 0; });
    }
    CHECK(back == 0);
    loop.run();
    CHECK(away == 200);
    CHECK(back == 200);
    // And again, now that the threads are idle.
    workers.run([] {}, [&] { ++back; });
    loop.run();
    CHECK(back == 201);
  }
}

TEST_CASE("a job may follow from another's end") {
  Loop loop;
  Workers workers(loop, 2);
  int count = 0;
  std::function<void()> next = [&] {
    if (++count < 50) workers.run([] {}, next);
  };
  workers.run([] {}, next);
  loop.run();
  CHECK(count == 50);
}

TEST_CASE("who goes away waits for what has begun, and hears of nothing more") {
  Loop loop;
  std::atomic<int> begun = 0;
  std::atomic<int> ended = 0;
  int told = 0;
  {
    Workers workers(loop, 2);
    for (int i = 0; i < 100; ++i) {
      workers.run(
          [&] {
            ++begun;
            std::this_thread::yield();
            ++ended;
          },
          [&] { ++told; });
    }
  }
  CHECK(begun == ended);
  loop.run();  // held by nobody
  CHECK(told == 0);
}

TEST_CASE("one of the calls may end the workers") {
  Loop loop;
  std::optional<Workers> workers(std::in_place, loop, 2);
  int told = 0;
  for (int i = 0; i < 20; ++i) {
    workers->run([] {},
                 [&] {
                   ++told;
                   workers.reset();
                 });
  }
  loop.run();
  CHECK(told == 1);
}

}  // namespace
}  // namespace hagaki::net
