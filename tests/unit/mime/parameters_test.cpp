#include "mime/parameters.h"

#include <doctest/doctest.h>

#include <string>

#include "base/text.h"
#include "mime/content_type.h"

namespace hagaki::mime {
namespace {

TEST_CASE("parameters as RFC 2045 and RFC 2231 write them") {
  struct Case {
    const char* value;
    const char* want;
  };
  static constexpr Case kCases[] = {
      {"a.pdf", "a.pdf"},
      {"price list.pdf", "\"price list.pdf\""},
      {"a\"b\\c.pdf", "\"a\\\"b\\\\c.pdf\""},
      {"50%.pdf", "\"50%.pdf\""},
      {"it's.pdf", "\"it's.pdf\""},
      {"", "\"\""},
  };
  for (const Case& c : kCases) {
    CAPTURE(c.value);
    std::string out;
    append_parameter(out, "name", c.value);
    CHECK(out == std::string(";\r\n name=") + c.want);
  }
  std::string out;
  append_parameter(out, "filename", "葉書.pdf");
  CHECK(out == ";\r\n filename*=utf-8''%E8%91%89%E6%9B%B8.pdf");
  out.clear();
  append_parameter(out, "filename", "二〇二六年春の新商品のご案内.pdf");
  CHECK(out ==
        ";\r\n filename*0*=utf-8''%E4%BA%8C%E3%80%87%E4%BA%8C%E5%85%AD%E5%B9%B4%E6%98%A5"
        ";\r\n filename*1*=%E3%81%AE%E6%96%B0%E5%95%86%E5%93%81%E3%81%AE%E3%81%94"
        ";\r\n filename*2*=%E6%A1%88%E5%86%85.pdf");
}

TEST_CASE("our reader has the value again, and lines are short") {
  const char* const pieces[] = {"a", " ",  "葉", "é", "🌸",        "%", "'",
                                "*", "\"", ";",  "=", "long-word", "\\"};
  unsigned state = 3;
  for (int round = 0; round < 2000; ++round) {
    std::string value;
    const unsigned length = round % 40;
    for (unsigned i = 0; i < length; ++i) {
      state = state * 1103515245 + 12345;
      value += pieces[state / 65536 % std::size(pieces)];
    }
    std::string out = "application/pdf";
    append_parameter(out, "name", value);
    CAPTURE(out);
    CHECK(parse_content_type(out).parameter("name") == value);
    for (const std::string_view line : split(out, '\n')) CHECK(line.size() <= 78);
  }
}

}  // namespace
}  // namespace hagaki::mime
