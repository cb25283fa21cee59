#include "store/shared_file.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <string>

#include <fmt/core.h>

#include "temp_folder.h"

namespace shared_file_test {

using namespace hagaki::store;

namespace {

constexpr SharedFile::Kind kKind{"tests", 0x68676b74, 1,
                                 "PRAGMA application_id = 1751608180; PRAGMA user_version = 1;"
                                 "CREATE TABLE one (a); CREATE TABLE other (b);"};

}  // namespace

TEST_CASE("processes that open a new file at once all get it") {
  const TempFolder folder;
  constexpr int kRounds = 100;
  std::array<pid_t, 4> children{};
  std::array<int, 2> start{};
  for (int round = 0; round < kRounds; ++round) {
    REQUIRE(::pipe(start.data()) == 0);
    const std::string path = folder.file(fmt::format("shared{}", round));
    for (pid_t& child : children) {
      child = ::fork();
      REQUIRE(child >= 0);
      if (child > 0) continue;
      char go = 0;
      ::close(start[1]);
      (void)!::read(start[0], &go, 1);
      const auto file = SharedFile::open(path, kKind, std::chrono::seconds(20));
      if (!file)
        (void)!::write(STDERR_FILENO, file.error().message.data(), file.error().message.size());
      ::_exit(file ? 0 : 1);
    }
    // They wait for the end of the pipe.
    ::close(start[0]);
    ::close(start[1]);
    for (const pid_t child : children) {
      int status = 0;
      REQUIRE(::waitpid(child, &status, 0) == child);
      CAPTURE(round);
      CHECK(status == 0);
    }
  }
}

}  // namespace shared_file_test
