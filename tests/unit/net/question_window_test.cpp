#include "net/question_window.h"

#include <doctest/doctest.h>

namespace hagaki::net {

using std::chrono::milliseconds;

TEST_CASE("a window of questions") {
  struct Case {
    const char* name;
    int seconds;
    int every_repeated;  ///< each so-manieth answer came when asked again; 0: none
    int every_late;      ///< each so-manieth was late
    std::size_t most;
    std::size_t want;
  };
  const Case cases[] = {
      {"all answered at once", 60, 0, 0, 500, 500},
      {"one lost here and there", 60, 100, 0, 500, 500},
      {"names that are slow to look up: late in all degrees", 60, 10, 5, 500, 500},
      {"a tenth is lost", 1, 10, 0, 500, 250},
      {"and goes on being lost", 60, 10, 0, 500, 64},
      {"few from the beginning", 60, 10, 0, 20, 20},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    QuestionWindow window(c.most, milliseconds(700));
    for (int i = 0; i < c.seconds * 1000; ++i) {
      const bool repeated = c.every_repeated > 0 && i % c.every_repeated == 0;
      const bool late = c.every_late > 0 && i % c.every_late == 1;
      window.answered(repeated, milliseconds(repeated ? 800 : late ? 300 : 2), milliseconds(i));
    }
    CHECK(window.size() == c.want);
  }
}

TEST_CASE("a window grows again, an eighth in ten seconds") {
  QuestionWindow window(400, milliseconds(700));
  int ms = 0;
  for (; window.size() == 400; ++ms) window.answered(true, milliseconds(800), milliseconds(ms));
  CHECK(window.size() == 200);
  const int cut = ms;
  for (; window.size() == 200; ++ms) window.answered(false, milliseconds(2), milliseconds(ms));
  CHECK(ms - cut >= 10'000 - 1);
  CHECK(ms - cut <= 10'000 + 200);
  CHECK(window.size() == 226);
  for (int end = ms + 120'000; ms < end; ++ms) {
    window.answered(false, milliseconds(2), milliseconds(ms));
  }
  CHECK(window.size() == 400);
}

}  // namespace hagaki::net
