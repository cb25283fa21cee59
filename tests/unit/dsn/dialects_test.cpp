#include "dsn/dialects.h"

#include <doctest/doctest.h>

#include <set>

namespace dialects_test {

using namespace hagaki;
using dsn::Dialects;

TEST_CASE("the table that is compiled in") {
  const auto& dialects = Dialects::embedded();
  CHECK(dialects.rows().size() > 20);
  CHECK(dialects.phrases().separators.size() > 10);
  std::set<std::string> ids;
  for (const auto& row : dialects.rows()) {
    CAPTURE(row.id);
    CHECK(ids.insert(row.id).second);
  }
}

TEST_CASE("a dialect is recognised by all of its conditions") {
  const auto dialects = Dialects::parse(R"({"separators": [], "dialects": [
    {"id": "a", "origin": "A", "from": ["daemon"], "text": ["hello", "hi"], "automatic": true},
    {"id": "b", "origin": "B", "header": ["x-mailer: B 1"], "reads": true},
    {"id": "c", "origin": "C", "header": ["x-c"]}]})");
  REQUIRE(dialects.has_value());
  struct Case {
    const char* name;
    const char* from;
    const char* text;
    const char* headers;
    bool automatic;
    bool readers_only;
    const char* want;
  };
  const Case cases[] = {
      {"all hold", "mailer-daemon", "say hi", "", true, false, "a"},
      {"a person wrote it", "mailer-daemon", "say hi", "", false, false, ""},
      {"no text", "mailer-daemon", "say", "", true, false, ""},
      {"header with words", "", "", "X-Mailer: The B 1.0\n", false, false, "b"},
      {"header with other words", "", "", "X-Mailer: D\n", false, false, ""},
      {"header is there", "", "", "X-C:\n", false, false, "c"},
      {"origin only", "", "", "X-C: 1\n", false, true, ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto headers = mime::Headers::parse(c.headers);
    dsn::Look look;
    look.from = c.from;
    look.text = c.text;
    look.begin = look.text.size();
    look.headers = &headers;
    look.automatic = look.mailer = c.automatic;
    dialects->look_up(look);
    const auto* got =
        dialects->recognise(look, c.readers_only ? Dialects::Rows::Readers : Dialects::Rows::All);
    CHECK(std::string(got ? got->id : "") == c.want);
  }
}

TEST_CASE("tables that cannot be read are refused") {
  for (const char* json :
       {"{", "[]", R"({"separators": 1, "dialects": []})", R"({"separators": [], "dialects": [1]})",
        R"({"separators": [], "dialects": [{"id": "a"}]})",
        R"({"separators": [], "dialects": [{"id": "a", "text": "no list"}]})",
        R"({"separators": [], "dialects": [{"id": "a", "text": ["x"], "reads": 1}]})"}) {
    CAPTURE(json);
    CHECK_FALSE(Dialects::parse(json).has_value());
  }
}

}  // namespace dialects_test
