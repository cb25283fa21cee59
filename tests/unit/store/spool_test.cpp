#include "store/spool.h"

#include <doctest/doctest.h>

#include <deque>
#include <random>
#include <vector>

#include <fmt/format.h>

#include "temp_folder.h"

namespace {

using namespace hagaki;
using store::Spool;

TEST_CASE("each queue gives back what was put into it, in its order") {
  const TempFolder folder;
  Spool spool(folder.file("."));
  std::vector<Spool::Queue> queues(5);
  std::vector<std::deque<std::string>> want(queues.size());
  std::mt19937 random(4711);
  for (int i = 0; i < 20'000; ++i) {
    const std::size_t which = random() % queues.size();
    CAPTURE(i);
    if (random() % 100 < 55) {
      const std::string record(random() % 300, static_cast<char>('a' + i % 26));
      REQUIRE(spool.push(queues[which], record));
      want[which].push_back(record);
    } else {
      const auto got = spool.pop(queues[which]);
      REQUIRE(got);
      REQUIRE(got->has_value() == !want[which].empty());
      if (!*got) continue;
      REQUIRE(**got == want[which].front());
      want[which].pop_front();
    }
  }
  std::uint64_t left = 0;
  for (std::size_t i = 0; i < queues.size(); ++i) {
    CHECK(queues[i].count == want[i].size());
    left += want[i].size();
  }
  CHECK(spool.count() == left);
}

TEST_CASE("the file has no name, and its room is free when nobody waits") {
  const TempFolder folder;
  Spool spool(folder.file("."));
  Spool::Queue queue;
  for (int round = 0; round < 3; ++round) {
    REQUIRE(spool.push(queue, "one"));
    REQUIRE(spool.push(queue, ""));
    CHECK(std::filesystem::is_empty(folder.file(".")));
    CHECK(spool.pop(queue)->value() == "one");
    CHECK(spool.pop(queue)->value().empty());
    CHECK(!spool.pop(queue)->has_value());
  }
}

TEST_CASE("where no file can be made, an error says so") {
  Spool spool("/nonexistent/folder");
  Spool::Queue queue;
  const auto pushed = spool.push(queue, "one");
  REQUIRE(!pushed);
  CHECK(pushed.error().code == ErrorCode::Io);
  CHECK(pushed.error().text().find("/nonexistent/folder") == 0);
  CHECK(queue.count == 0);
}

}  // namespace
