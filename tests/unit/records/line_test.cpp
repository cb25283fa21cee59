#include <doctest/doctest.h>

#include <sstream>

#include "records/object.h"
#include "records/reader.h"

namespace line_test {

using namespace hagaki;
using namespace hagaki::records;

namespace {

struct Read {
  std::vector<std::string> good;
  std::vector<std::string> bad;
};

Read read_all(const std::string& text, bool require_email = true) {
  Read out;
  std::istringstream in(text);
  Reader reader(in, "in", [&](const Error& e) { out.bad.push_back(e.text()); }, {require_email});
  while (const Line* line = reader.next()) out.good.emplace_back(line->raw());
  CHECK(reader.bad() == out.bad.size());
  return out;
}

}  // namespace

TEST_CASE("reader: good lines pass, bad ones are named by file and line") {
  struct Case {
    const char* name;
    std::string input;
    std::size_t good;
    std::vector<std::string> bad;
  };
  const std::string deep =
      "{\"email\":\"a@b\",\"x\":" + std::string(70, '[') + std::string(70, ']') + "}\n";
  const Case cases[] = {
      {"one", "{\"email\":\"a@example.jp\"}\n", 1, {}},
      {"no line end", "{\"email\":\"a@example.jp\"}", 1, {}},
      {"crlf, bom, blank lines",
       "\xEF\xBB\xBF{\"email\":\"a@b\"}\r\n\r\n  \n{\"email\":\"c@d\"}\r\n",
       2,
       {}},
      {"not json",
       "{\"email\":\"a@b\"}\nemail,name\n{\"email\":\"c@d\"}\n",
       2,
       {"in:2: no JSON object (a list in CSV"}},
      {"cut off", "{\"email\":\"a@b\"", 0, {"in:1: not JSON: "}},
      {"two on a line", "{\"email\":\"a@b\"}{\"email\":\"a@b\"}\n", 0, {"in:1: not JSON: "}},
      {"array", "[1]\n", 0, {"in:1: not a JSON object"}},
      {"no email", "{\"name\":\"x\"}\n", 0, {"in:1: no \"email\""}},
      {"email is a number", "{\"email\":1}\n", 0, {"in:1: \"email\" holds no text"}},
      {"empty email", "{\"email\":\"\"}\n", 0, {"in:1: \"email\" holds no text"}},
      {"duplicate key",
       "{\"email\":\"a@b\",\"x\":1,\"email\":\"c@d\"}\n",
       0,
       {"in:1: key \"email\" stands twice"}},
      {"duplicate key, escaped",
       "{\"email\":\"a@b\",\"em\\u0061il\":\"c@d\"}\n",
       0,
       {"in:1: key \"email\" stands twice"}},
      {"latin-1 bytes", "{\"email\":\"a@b\",\"n\":\"\xE9\"}\n", 0, {"in:1: not JSON: "}},
      {"bad inside", "{\"email\":\"a@b\",\"x\":{\"y\":[tru]}}\n", 0, {"in:1: not JSON: "}},
      {"lone surrogate", "{\"email\":\"a@b\",\"x\":\"\\ud800\"}\n", 0, {"in:1: not JSON: "}},
      {"too deep", deep, 0, {"in:1: nested deeper"}},
      {"too long, then good",
       "{\"email\":\"" + std::string(2u << 20, 'a') + "\"}\n{\"email\":\"c@d\"}\n",
       1,
       {"in:1: line is longer than 1 MiB"}},
      {"just 1 MiB", "{\"email\":\"" + std::string((1u << 20) - 12, 'a') + "\"}\n", 1, {}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto got = read_all(c.input);
    CHECK(got.good.size() == c.good);
    REQUIRE(got.bad.size() == c.bad.size());
    for (std::size_t i = 0; i < c.bad.size(); ++i) {
      CAPTURE(got.bad[i]);
      CHECK(got.bad[i].starts_with(c.bad[i]));
    }
  }
}

TEST_CASE("reader: without require_email any object is good") {
  CHECK(read_all("{\"query\":\"127.0.0.2\"}\n", false).good.size() == 1);
}

TEST_CASE("reader: many lines across buffer edges keep their numbers and bytes") {
  std::string text;
  for (int i = 0; i < 20000; ++i) {
    text += "{\"email\":\"u" + std::to_string(i) + "@example.jp\",\"pad\":\"" +
            std::string(static_cast<std::size_t>(i % 97), 'x') + "\"}\n";
  }
  std::istringstream in(text);
  std::string again;
  Reader reader(in, "in", [](const Error&) { FAIL("no bad line here"); });
  std::uint64_t n = 0;
  while (const Line* line = reader.next()) {
    CHECK(line->number() == ++n);
    again.append(line->raw()).append("\n");
  }
  CHECK(again == text);
}

TEST_CASE("line: fields are read in place") {
  std::istringstream in(
      "{ \"email\" : \"\\u5c71\\u7530@example.jp\" , \"n\":-42,\"big\":1.5,\"t\":true,\"s\":null,"
      "\"consent\":{\"basis\":\"opt-in\",\"x\":{\"basis\":\"no\"}},\"mx\":[{\"host\":\"a\"}]}\n");
  Reader reader(in, "in", [](const Error& e) { FAIL(e.text()); });
  const Line* line = reader.next();
  REQUIRE(line);
  CHECK(line->email() == "山田@example.jp");
  CHECK(line->integer("n") == -42);
  CHECK(!line->integer("big"));
  CHECK(line->boolean("t") == true);
  CHECK(!line->string("s"));
  CHECK(line->find("s") == "null");
  CHECK(line->find("mx") == "[{\"host\":\"a\"}]");
  CHECK(line->member("consent", "basis") == "opt-in");
  CHECK(!line->member("consent", "at"));
  CHECK(!line->member("mx", "host"));
  CHECK(line->type() == "recipient");
}

TEST_CASE("line: with() appends and replaces, and leaves all else byte for byte") {
  struct Case {
    const char* name;
    const char* input;
    const char* fragment;
    std::initializer_list<std::string_view> replaced;
    const char* want;
  };
  const Case cases[] = {
      {"append",
       R"({"email":"a@b","x":1.50})",
       R"("y":2)",
       {},
       R"({"email":"a@b","x":1.50,"y":2})"},
      {"nothing", R"({ "email" : "a@b" })", "", {}, R"({ "email" : "a@b" })"},
      {"blanks", R"({ "email" : "a@b" })", R"("y":2)", {}, R"({ "email" : "a@b","y":2})"},
      {"replace last", R"({"email":"a@b","y":1})", R"("y":2)", {"y"}, R"({"email":"a@b","y":2})"},
      {"replace first", R"({"y":1,"email":"a@b"})", R"("y":2)", {"y"}, R"({"email":"a@b","y":2})"},
      {"replace middle",
       R"({"a":1,"y":{"y":3},"email":"a@b"})",
       R"("y":2)",
       {"y"},
       R"({"a":1,"email":"a@b","y":2})"},
      {"replace two in a row",
       R"({"a":1,"y":1,"z":2,"b":3})",
       R"("y":2)",
       {"y", "z"},
       R"({"a":1,"b":3,"y":2})"},
      {"replace first two", R"({"y":1,"z":2,"b":3})", R"("y":2)", {"y", "z"}, R"({"b":3,"y":2})"},
      {"replace all", R"({"y":1})", R"("y":2)", {"y"}, R"({"y":2})"},
      {"only remove", R"({"a":1,"y":1})", "", {"y"}, R"({"a":1})"},
      {"unknown name", R"({"a":1})", R"("y":2)", {"q"}, R"({"a":1,"y":2})"},
      {"brace in a string", R"({"a":"}"})", R"("y":2)", {}, R"({"a":"}","y":2})"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    std::istringstream in(c.input);
    Reader reader(in, "in", [](const Error& e) { FAIL(e.text()); }, {false});
    const Line* line = reader.next();
    REQUIRE(line);
    CHECK(line->with(c.fragment, c.replaced) == c.want);
  }
}

TEST_CASE("object: builds in order, never writes bad UTF-8, leaves unknown out") {
  Object inner;
  inner.add("host", "mx.example").add("preference", 10);
  std::vector<Object> hosts;
  hosts.push_back(std::move(inner));
  Object o;
  o.add("type", "delivery").add("v", 1).add("diagnostic", "caf\xE9 \"x\"\n").add("empty", "");
  o.add("ok", true).add("none", std::optional<std::string>()).add("mx", hosts);
  o.add_raw("n", "1.50").add_raw("broken", "{");
  CHECK(
      o.line() ==
      "{\"type\":\"delivery\",\"v\":1,\"diagnostic\":\"caf\xEF\xBF\xBD \\\"x\\\"\\n\",\"ok\":true,"
      "\"mx\":[{\"host\":\"mx.example\",\"preference\":10}],\"n\":1.5}");
  CHECK(Object().fragment().empty());
}

}  // namespace line_test
