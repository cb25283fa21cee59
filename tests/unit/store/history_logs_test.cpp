#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <fstream>

#include "store/history.h"
#include "temp_folder.h"

namespace history_logs_test {

using namespace hagaki;

TEST_CASE("a log is known by its bytes, and as far as it was read") {
  const std::string a = R"({"n":1})"
                        "\n";
  const std::string b = R"({"n":2})"
                        "\n";
  const std::string c = R"({"n":3})"
                        "\n";
  const std::string filler(1 << 20, 'x');
  struct Case {
    std::string name;
    std::string first;
    std::string then;
    std::size_t known;
    std::int64_t known_lines;
    std::size_t size;
  };
  const auto size = a.size();
  const Case cases[] = {
      {"unchanged", a + b, a + b, 2 * size, 2, 2 * size},
      {"appended", a + b, a + b + c, 2 * size, 2, 3 * size},
      {"a line not yet whole", a + R"({"n")", a + b, size, 1, 2 * size},
      {"rewritten in the middle", a + b + c, a + c + c, 0, 0, 3 * size},
      {"cut short", a + b, a, 0, 0, size},
      {"another file", a + b, b + a, 0, 0, 2 * size},
      {"appended over the bound of a chunk", a + filler + "\n", a + filler + "\n" + b,
       size + filler.size() + 1, 2, 2 * size + filler.size() + 1},
      {"appended within the second chunk", a + filler + b, a + filler + b + c,
       2 * size + filler.size(), 2, 3 * size + filler.size()},
      {"rewritten in the first chunk", a + b + filler + c, a + c + filler + c, 0, 0,
       3 * size + filler.size()},
  };
  for (const auto& one : cases) {
    CAPTURE(one.name);
    const TempFolder folder;
    auto history = store::History::open(folder.file("h"));
    REQUIRE(history);
    const auto look = [&](const std::string& name, const std::string& bytes) {
      std::ofstream(folder.file(name)) << bytes;
      const int fd = open(folder.file(name).c_str(), O_RDONLY);
      auto log = history->look_at_log(fd);
      close(fd);
      REQUIRE(log);
      REQUIRE(*log);
      return **log;
    };
    REQUIRE(history->remember_log(look("log", one.first), "log"));
    // Another name, as after a rotation.
    const auto log = look("log.1", one.then);
    CHECK(log.known == static_cast<std::int64_t>(one.known));
    CHECK(log.known_lines == one.known_lines);
    CHECK(log.size == static_cast<std::int64_t>(one.size));
    REQUIRE(history->rebuild());
    CHECK(look("log.1", one.then).known == 0);
  }
}

}  // namespace history_logs_test
