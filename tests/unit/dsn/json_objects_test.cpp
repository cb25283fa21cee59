#include "dsn/service_events/json_objects.h"

#include <doctest/doctest.h>

#include <sstream>
#include <string>
#include <vector>

#include "joined.h"

namespace json_objects_test {

using namespace hagaki;

namespace {

/// "line text" of whole objects, "line! reason" of broken ones.
std::vector<std::string> all(const std::string& bytes) {
  std::istringstream in(bytes);
  dsn::JsonObjects objects(in);
  std::vector<std::string> out;
  while (const auto object = objects.next()) {
    out.push_back(std::to_string(object->line) + (object->broken.empty()
                                                      ? " " + std::string(object->text)
                                                      : "! " + std::string(object->broken)));
  }
  return out;
}

}  // namespace

TEST_CASE("JSON objects are found whatever holds them, and one that breaks off costs only itself") {
  struct Case {
    const char* name;
    std::string input;
    std::vector<std::string> want;
  };
  const std::string open = "a quote is left open";
  const std::vector<Case> cases = {
      {"nothing", "", {}},
      {"blanks and a byte order mark", "\xEF\xBB\xBF \r\n\t\n", {}},
      {"an empty array", "[]", {}},
      {"one document", "{\"a\":{\"b\":[1,2]}}", {"1 {\"a\":{\"b\":[1,2]}}"}},
      {"lines",
       "{\"a\":1}\r\n{\"a\":2}\r\n\r\n{\"a\":3}",
       {"1 {\"a\":1}", "2 {\"a\":2}", "4 {\"a\":3}"}},
      {"behind a byte order mark", "\xEF\xBB\xBF{}\n{}", {"1 {}", "2 {}"}},
      {"on one line", "{}{} {}", {"1 {}", "1 {}", "1 {}"}},
      {"an array on a line each", "[{},{}]\n[{}]\n", {"1 {}", "1 {}", "2 {}"}},
      {"an array over lines",
       "[\n  {\n    \"a\": 1\n  },\n  {\n    \"a\": 2\n  }\n]\n",
       {"2 {\n    \"a\": 1\n  }", "5 {\n    \"a\": 2\n  }"}},
      {"not indented", "[\n{\"a\":[\n{},\n{}\n]},\n{}\n]", {"2 {\"a\":[\n{},\n{}\n]}", "6 {}"}},
      {"brackets and escapes in quotes",
       R"({"a":"}]\"{[\\"}{})",
       {R"(1 {"a":"}]\"{[\\"})", "1 {}"}},
      {"a line that is none", "{}\nhello\n{}", {"1 {}", "2! no JSON object", "3 {}"}},
      {"numbers in an array", "[1,2]\n{}", {"1! no JSON object", "2 {}"}},
      {"numbers in an array over lines", "[\n1,\n{}\n]", {"2! no JSON object", "3 {}"}},
      {"cut in a quote", "{}\n{\"a\":\"b\n{}\n", {"1 {}", "2! " + open, "3 {}"}},
      {"cut behind a backslash", "{\"a\":\"b\\\n{}\n", {"1! " + open, "2 {}"}},
      {"cut behind a comma",
       "{\"a\":1,\n{\"b\":2}\n{\"c\":3}\n",
       {"1! the next object begins inside it", "2 {\"b\":2}", "3 {\"c\":3}"}},
      {"cut behind a colon",
       "{\"a\":\n{\"b\":2}\n{\"c\":3}\n",
       {"1! the next object begins inside it", "2 {\"b\":2}", "3 {\"c\":3}"}},
      {"a bracket that does not fit", "{\"a\":[1}\n{}", {"1! a bracket that does not fit", "2 {}"}},
      {"one of a pretty array",
       "[\n  {\n    \"a\": \"x\n  },\n  {\n    \"a\": 2\n  }\n]\n{}",
       {"2! " + open, "5 {\n    \"a\": 2\n  }", "9 {}"}},
      {"one of an array on one line",
       "[{},{\"a\":[}]\n[{}]\n",
       {"1 {}", "1! a bracket that does not fit", "2 {}"}},
      {"the end inside an object", "{}\n{\"a\":1", {"1 {}", "2! ends inside an object"}},
      {"the end inside an array", "{}\n[{},\n", {"1 {}", "2 {}", "2! an array without an end"}},
      {"too deep", std::string(65, '{') + "\n{}", {"1! nested too deep", "2 {}"}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(joined(all(c.input)) == joined(c.want));
  }
}

TEST_CASE("JSON objects: long lines, many objects, an object without an end") {
  std::string many = "[";
  for (int i = 0; i < 20000; ++i) many += "{\"a\":\"0123456789\"} , ";
  CHECK(all(many + "{}]").size() == 20001);
  const std::string big = "{\"a\":\"" + std::string(3u << 20, 'x') + "\"}";
  CHECK(all(big + big + "\n{}").size() == 3);
  CHECK(all("{\"a\":[" + std::string(17u << 20, '1') + "\n{}") ==
        std::vector<std::string>{"1! an object of more than 16 MiB", "2 {}"});
  // Lines that each begin something and end nothing must not be read over and over.
  std::string hostile;
  for (int i = 0; i < 100000; ++i) hostile += "[\n";
  CHECK(all(hostile).size() == 1);
  hostile.clear();
  for (int i = 0; i < 20000; ++i) hostile += "{\"a\":[\n";
  CHECK(all(hostile).size() <= 20000);
}

TEST_CASE("what looks like JSON objects, and what is a mail") {
  struct Case {
    const char* begin;
    bool want;
  };
  for (const auto& c :
       {Case{"{\"Type\":", true}, Case{"[{\"email\"", true}, Case{" \r\n[\n  {", true},
        Case{"\xEF\xBB\xBF{ \"a\"", true}, Case{"[]", true}, Case{"{", true},
        Case{"From a@example.jp Sat", false}, Case{"Return-Path: <>", false},
        Case{"[section]\n", false}, Case{"{curly}: x", false}, Case{"", false}}) {
    CAPTURE(c.begin);
    CHECK(dsn::JsonObjects::looks_like(c.begin) == c.want);
  }
}

}  // namespace json_objects_test
