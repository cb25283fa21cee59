#include "smtp/xtext.h"

#include <doctest/doctest.h>

namespace xtext_test {

namespace {

using hagaki::smtp::to_utf8_xtext;
using hagaki::smtp::to_xtext;

TEST_CASE("text as a parameter of a command") {
  struct Case {
    const char* name;
    const char* input;
    const char* want;
  };
  const Case cases[] = {
      {"plain", "user@example.jp", "user@example.jp"},
      {"plus and equals", "a+b=c@x", "a+2Bb+3Dc@x"},
      {"blank and line end", "a b\r\n", "a+20b+0D+0A"},
      {"octets", "é", "+C3+A9"},
      {"nothing", "", ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(to_xtext(c.input) == c.want);
  }
}

TEST_CASE("an internationalised address as a parameter of a command") {
  struct Case {
    const char* name;
    const char* input;
    const char* want;
  };
  const Case cases[] = {
      {"two octets", "ré@x", "r\\x{E9}@x"},
      {"three octets", "山@例.jp", "\\x{5C71}@\\x{4F8B}.jp"},
      {"four octets", "\U0001F4EE@x", "\\x{1F4EE}@x"},
      {"plus, equals, backslash", "é+=\\@x", "\\x{E9}\\x{2B}\\x{3D}\\x{5C}@x"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(to_utf8_xtext(c.input) == c.want);
  }
}

}  // namespace

}  // namespace xtext_test
