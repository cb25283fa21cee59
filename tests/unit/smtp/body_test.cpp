#include "smtp/body.h"

#include <doctest/doctest.h>

namespace body_test {

namespace {

using hagaki::smtp::append_stuffed;
using hagaki::smtp::body_is_clean;

TEST_CASE("bodies are dot-stuffed and ended") {
  struct Case {
    const char* name;
    std::string input;
    std::string want;
  };
  const Case cases[] = {
      {"empty", "", ".\r\n"},
      {"one line", "a\r\n", "a\r\n.\r\n"},
      {"no end of line", "a", "a\r\n.\r\n"},
      {"leading dot", ".\r\n", "..\r\n.\r\n"},
      {"dot in a later line", "a\r\n.b\r\n..\r\n", "a\r\n..b\r\n...\r\n.\r\n"},
      {"dot inside a line", "a.b\r\n", "a.b\r\n.\r\n"},
      {"dot at the very end", "a\r\n.", "a\r\n..\r\n.\r\n"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    std::string out = "x";
    append_stuffed(c.input, out);
    CHECK(out == "x" + c.want);
  }
}

TEST_CASE("what servers could read differently is not clean") {
  struct Case {
    const char* name;
    std::string input;
    bool want;
  };
  const Case cases[] = {
      {"empty", "", true},
      {"CRLF", "a\r\n\r\nb\r\n", true},
      {"no end of line", "a", true},
      {"bare LF", "a\nb\r\n", false},
      {"bare LF behind a good line", "a\r\nb\n.\r\n", false},
      {"bare LF at the end", "a\n", false},
      {"bare CR", "a\rb\r\n", false},
      {"CR at the end", "a\r", false},
      {"CR CR LF", "a\r\r\n", false},
      {"NUL", std::string("a\0b\r\n", 5), false},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(body_is_clean(c.input) == c.want);
  }
}

}  // namespace

}  // namespace body_test
