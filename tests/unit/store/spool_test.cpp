#include "store/spool.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>
#include <deque>
#include <filesystem>
#include <random>
#include <vector>

#include "temp_folder.h"

namespace spool_test {

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

TEST_CASE("one who waits for ever does not keep the room of the others") {
  const TempFolder folder;
  Spool spool(folder.file("."));
  // What the file without a name takes of the disk.
  const auto room = [where = std::filesystem::canonical(folder.file(".")).string()] {
    std::uintmax_t most = 0;
    for (const auto& fd : std::filesystem::directory_iterator("/proc/self/fd")) {
      std::error_code none;
      if (!std::filesystem::read_symlink(fd.path(), none).string().starts_with(where)) continue;
      struct stat status{};
      if (::stat(fd.path().c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
      most = std::max(most, static_cast<std::uintmax_t>(status.st_blocks) * 512);
    }
    return most;
  };
  Spool::Queue ever;
  REQUIRE(spool.push(ever, "patient"));
  std::uintmax_t full = 0;
  for (int round = 0; round < 5; ++round) {
    CAPTURE(round);
    Spool::Queue others;
    for (std::size_t i = 0; i < 1'000; ++i) {
      // Some are longer than a block.
      REQUIRE(spool.push(others, std::string(i % 100 == 7 ? 40'000 : 300 + i, 'o')));
    }
    full = std::max(full, room());
    for (std::size_t i = 0; i < 1'000; ++i) {
      const auto got = spool.pop(others);
      REQUIRE(got);
      REQUIRE(got->value() == std::string(i % 100 == 7 ? 40'000 : 300 + i, 'o'));
    }
    CHECK(room() < 100'000);
  }
  CHECK(full > 1'000'000);
  CHECK(full < 2'000'000);
  CHECK(spool.pop(ever)->value() == "patient");
  CHECK(room() == 0);
}

TEST_CASE("a record that is not all in the file is an error, and stays in its queue") {
  const TempFolder folder;
  Spool spool(folder.file("."));
  Spool::Queue queue;
  REQUIRE(spool.push(queue, "one"));
  queue.head += 1'000'000;
  const auto popped = spool.pop(queue);
  REQUIRE(!popped);
  CHECK(popped.error().code == ErrorCode::Io);
  CHECK(popped.error().message == "recipients who wait cannot be kept: Input/output error");
  CHECK(queue.count == 1);
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

}  // namespace spool_test
