#include "base/find_text.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace hagaki;

TEST_CASE("find_text: as string_view::find()") {
  struct Case {
    const char* text;
    const char* needle;
    std::size_t from;
    std::size_t want;
  };
  constexpr auto kNone = std::string_view::npos;
  const Case cases[] = {
      {"abab", "ab", 0, 0},
      {"abab", "ab", 1, 2},
      {"abab", "ab", 3, kNone},
      {"aaab", "aab", 0, 1},
      {"--b\n--bx", "--bx", 0, 4},
      {"ab", "abc", 0, kNone},
      {"ab", "b", 1, 1},
      {"ab", "b", 2, kNone},
      {"ab", "b", 9, kNone},
      {"ab", "", 1, 1},
      {"ab", "", 2, 2},
      {"ab", "", 3, kNone},
      {"", "", 0, 0},
      {"", "a", 0, kNone},
      {"ab", "ab", 0, 0},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    CAPTURE(c.needle);
    CAPTURE(c.from);
    CHECK(find_text(c.text, c.needle, c.from) == c.want);
    CHECK(std::string_view(c.text).find(c.needle, c.from) == c.want);
  }
  // What lies behind the text is not read.
  const std::string text = "ab--b";
  CHECK(find_text(std::string_view(text).substr(0, 4), "--b") == kNone);
}
