#include "records/line_scan.h"

#include <doctest/doctest.h>

#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "records/reader.h"

namespace line_scan_test {

using namespace hagaki::records;

namespace {

/// One line alone through the scanner: whether it was certain, and its fields.
struct Scanned {
  explicit Scanned(std::string_view text) : line_text(text) {
    line_text.append(64, '\0');
    LineScanner scanner;
    const auto line = std::string_view(line_text).substr(0, text.size());
    scanner.index(line);
    certain = scanner.scan(line, 1, out);
  }
  std::string line_text;
  Line out;
  bool certain = false;
};

std::string fields_of(const Line& line) {
  std::string out;
  for (const auto& field : line.fields()) {
    out += std::string(field.key) + "|" + std::string(field.value) + "|" +
           std::to_string(field.begin) + "|" + std::to_string(field.end) + "\n";
  }
  return out;
}

}  // namespace

TEST_CASE("what the scanner is certain of, and what it leaves to the parser") {
  struct Case {
    const char* line;
    bool certain;
  };
  const Case cases[] = {
      {R"({"email":"a@b.example"})", true},
      {R"( { "email" : "a@b.example" , "n" : -12.50 } )", true},
      {R"({})", true},
      {R"({"a":{"b":[1,{"c":"}]"}]},"d":[]})", true},
      {R"({"a":true,"b":false,"c":null,"d":0})", true},
      {R"({"a":"x\"y\\","b":"\u00e9\n"})", true},
      {R"({"a":{"b" "c"}})", true},  // nobody looks into nested values
      {R"({"a":"\x"})", false},
      {R"({"a":"\ud83d\ude00"})", false},  // right, but by the parser
      {R"({"\u0061":1})", false},
      {R"({"a":1e5})", false},
      {R"({"a":1234567890123456789})", false},
      {R"({"a":01})", false},
      {R"({"a":.5})", false},
      {R"({"a":1.})", false},
      {R"({"a":-})", false},
      {R"({"a":tru})", false},
      {R"({"a":1 2})", false},
      {R"({"a":1"b"})", false},
      {R"({"a":1"b","c":2})", false},
      {R"({"a" "b":1})", false},
      {R"({"a"b:1})", false},
      {R"({\"a\":1})", false},
      {R"({"a":1,})", false},
      {R"({,"a":1})", false},
      {R"({"a":1,"a":2})", false},
      {R"({"a":[1})", false},
      {R"({"a":[}]})", false},
      {R"({"a":1)", false},
      {R"({"a":"b)", false},
      {R"({"a":1}})", false},
      {R"({"a":1} x)", false},
      {R"(x {"a":1})", false},
      {R"([1])", false},
      {R"({"a":})", false},
      {R"({"a"})", false},
      {R"({a:1})", false},
      {"{\"a\":\"\x01\"}", false},
      {"{\"a\":\"\xff\"}", false},
  };
  for (const auto& c : cases) {
    CAPTURE(c.line);
    const Scanned scanned(c.line);
    CHECK(scanned.certain == c.certain);
  }
  CHECK_FALSE(Scanned(R"({"a":)" + std::string(64, '[') + std::string(64, ']') + "}").certain);
}

TEST_CASE("on broken lines of any kind the scanner finds what the parser finds, or nothing") {
  const std::string base = R"({"email":"a@b.example","n":-1.5,"t":true,"m":"x\"\u00e9y","z":null})";
  const std::string bytes = "{}[]\",:\\ 0a-.\t\x01\xc3";
  std::mt19937 random(6);
  LineParser parser;
  int certain = 0;
  for (int i = 0; i < 100'000; ++i) {
    std::string text = base;
    for (auto n = 1 + random() % 3; n > 0; --n) {
      const auto at = random() % text.size();
      const char c = bytes[random() % bytes.size()];
      switch (random() % 3) {
        case 0:
          text[at] = c;
          break;
        case 1:
          text.erase(at, 1);
          break;
        default:
          text.insert(at, 1, c);
      }
    }
    const Scanned scanned(text);
    if (!scanned.certain) continue;
    CAPTURE(text);
    // What is nested may be wrong inside: the parser says so, and that is the difference.
    if (text.find_first_of("[{", 1) != std::string::npos) continue;
    ++certain;
    text.append(64, '\0');
    Line parsed;
    REQUIRE(parser.parse(std::string_view(text).substr(0, text.size() - 64), 1, parsed));
    REQUIRE(fields_of(scanned.out) == fields_of(parsed));
  }
  CHECK(certain > 5'000);
}

TEST_CASE(
    "a reader that validates the top level gives the lines and errors of one that validates all") {
  std::mt19937 random(6);
  const std::vector<std::string> kinds = {
      R"({"email":"a@b.example","name":"x","mx":[{"host":"m"}]})",
      R"({"email":"c@d.example","name":"\"\\"})",
      R"({"email":7})",
      R"({"name":"none"})",
      R"({"email":"x@y.example")",
      R"({"email":"x@y.example","n":"open)",
      "{\"email\":\"\xff@y.example\"}",
      "",
      "  ",
      "no JSON",
      "{\"email\":\"e@f.example\"}\r",
      R"({"email":"long@b.example","text":")" + std::string(70'000, 'x') + "\"}",
      R"({"email":"too-long@b.example","text":")" + std::string(1'100'000, 'x') + "\"}",
  };
  for (int round = 0; round < 20; ++round) {
    std::string text;
    const auto bad_share = round % 4;  // 0: nearly all lines are good
    for (int i = 0; i < 3000; ++i) {
      const bool any = random() % 100 < static_cast<unsigned>(bad_share) * 5;
      text += any ? kinds[random() % (i % 50 == 0 ? kinds.size() : kinds.size() - 2)]
                  : kinds[random() % 2];
      text += '\n';
    }
    if (round % 2) text += R"({"email":"last@b.exam)";
    const auto read = [&](Reader::Options options) {
      std::istringstream in(text);
      std::size_t at = 0;
      if (round % 3 == 0) {
        options.read = [&](char* to, std::size_t size) {
          const auto n = std::min({size, text.size() - at, std::size_t{1} + at % 5000});
          text.copy(to, n, at);
          at += n;
          return static_cast<std::ptrdiff_t>(n);
        };
      }
      std::string out;
      Reader reader(in, "list", [&](const hagaki::Error& e) { out += e.text() + "\n"; }, options);
      while (const auto* line = reader.next()) {
        out += std::to_string(line->number()) + std::string(line->raw()) + "\n" + fields_of(*line);
      }
      return out;
    };
    CHECK(read({.top_level = true}) == read({}));
  }
}

TEST_CASE("a nested value that is no JSON is walked over within its bounds") {
  for (const std::string nested :
       {"{\"b\" \"c\"}", "{\"b\"}", "{\"b\":}", "{\"b\",}", "{:\"b\"}"}) {
    CAPTURE(nested);
    const Scanned scanned("{\"a\":" + nested + "}");
    REQUIRE(scanned.certain);
    (void)scanned.out.member("a", "b");
    CHECK_FALSE(scanned.out.member("a", "z"));
  }
}

}  // namespace line_scan_test
