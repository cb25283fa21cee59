#include "base/ordered_pool.h"

#include <doctest/doctest.h>

#include <atomic>
#include <numeric>

namespace hagaki {
namespace {

struct Square {
  int number = 0;
  int result = 0;
};

TEST_CASE("what came first is delivered first, however long it takes") {
  for (const std::size_t threads : {1U, 2U, 8U}) {
    CAPTURE(threads);
    std::vector<int> got;
    const auto here = std::this_thread::get_id();
    OrderedPool<Square> pool(
        threads,
        [](Square& task) {
          // The first ones take longest.
          std::vector<int> ones(static_cast<std::size_t>((500 - task.number) * 20), 1);
          if (std::accumulate(ones.begin(), ones.end(), 0) < 0) return;
          task.result = task.number * task.number;
        },
        [&](const Square& task) {
          CHECK(std::this_thread::get_id() == here);
          got.push_back(task.result);
          return true;
        });
    for (int i = 0; i < 500; ++i) CHECK(pool.submit({i, 0}, 1));
    CHECK(pool.drain());
    REQUIRE(got.size() == 500);
    for (int i = 0; i < 500; ++i) CHECK(got[static_cast<std::size_t>(i)] == i * i);
  }
}

TEST_CASE("nothing is delivered after a no") {
  for (const std::size_t threads : {1U, 4U}) {
    CAPTURE(threads);
    int delivered = 0;
    OrderedPool<int> pool(threads, [](int&) {}, [&](int) { return ++delivered < 10; });
    bool going = true;
    for (int i = 0; i < 100 && going; ++i) going = pool.submit(i, 1);
    CHECK(!pool.drain());
    CHECK(!pool.going());
    CHECK(!pool.submit(1, 1));
    CHECK(delivered == 10);
  }
}

TEST_CASE("heavy tasks are not collected") {
  std::atomic<int> under_way = 0;
  int most = 0;
  OrderedPool<int> pool(
      8, [](int&) {},
      [&](int) {
        most = std::max(most, under_way--);
        return true;
      });
  for (int i = 0; i < 50; ++i) {
    ++under_way;
    CHECK(pool.submit(i, 5u << 20));
  }
  CHECK(pool.drain());
  CHECK(most <= 2);
}

TEST_CASE("there is a core") {
  CHECK(usable_cores() >= 1);
}

}  // namespace
}  // namespace hagaki
