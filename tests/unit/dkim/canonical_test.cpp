#include "dkim/canonical.h"

#include <doctest/doctest.h>

#include <string>

using namespace hagaki::dkim;

TEST_CASE("fields in the relaxed form") {
  const struct {
    const char* name;
    const char* field;
    const char* want;
  } cases[] = {
      // RFC 6376 §3.4.5
      {"a blank behind the colon", "A: X\r\n", "a:X"},
      {"a blank before it, folded, a tab", "B : Y\t\r\n\tZ  \r\n", "b:Y Z"},
      {"nothing behind the colon", "Subject:\r\n", "subject:"},
      {"only blanks", "Subject: \t \r\n", "subject:"},
      {"a colon in the value", "X-A: b:c\r\n", "x-a:b:c"},
      {"UTF-8 stays", "Subject: \xE3\x81\x82  b\r\n", "subject:\xE3\x81\x82 b"},
      {"folded twice", "To: a@b,\r\n  c@d,\r\n\te@f\r\n", "to:a@b, c@d, e@f"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const std::string bytes = std::string(c.field) + "\r\nbody\r\n";
    const auto headers = hagaki::mime::Headers::parse(bytes);
    REQUIRE(headers.fields().size() == 1);
    std::string out;
    append_relaxed(out, headers.fields()[0]);
    CHECK(out == c.want);
  }
}

TEST_CASE("bodies in the relaxed form") {
  const struct {
    const char* name;
    const char* body;
    const char* want;
  } cases[] = {
      {"RFC 6376 section 3.4.5", " C \r\nD \t E\r\n\r\n\r\n", " C\r\nD E\r\n"},
      {"empty", "", ""},
      {"empty lines alone", "\r\n\r\n", ""},
      {"blanks alone", " \t\r\n \r\n", ""},
      {"no line end at the end", "a", "a\r\n"},
      {"empty lines inside stay", "a\r\n\r\n\r\nb\r\n", "a\r\n\r\n\r\nb\r\n"},
      {"a line of blanks inside is an empty one", "a\r\n \t \r\nb\r\n", "a\r\n\r\nb\r\n"},
      {"blanks at the begin of a line are one", "\t  a\r\n", " a\r\n"},
      {"a body that has the form", "a b\r\n c\r\n\r\nd\r\n", "a b\r\n c\r\n\r\nd\r\n"},
      {"a tab alone", "a\tb\r\n", "a b\r\n"},
      {"a tab at the begin", "\ta\r\n", " a\r\n"},
      {"a blank at the end of a line", "a \r\nb\r\n", "a\r\nb\r\n"},
      {"a blank at the end", "a\r\nb ", "a\r\nb\r\n"},
      {"two blanks", "a  b\r\n", "a b\r\n"},
      {"one empty line at the end", "a\r\n\r\n", "a\r\n"},
      {"a CR inside a line stays", "a\rb\r\n", "a\rb\r\n"},
      {"a dot is text", ".\r\n..\r\n", ".\r\n..\r\n"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    std::string room;
    CHECK(relaxed_body(c.body, room) == c.want);
  }
}
