#include "records/line_writer.h"

#include <doctest/doctest.h>

#include <string>

#include "address/address.h"
#include "records/object.h"
#include "records/report_text.h"

namespace line_writer_test {

using namespace hagaki;

TEST_CASE("a line is written as an object is") {
  const std::string long_key(80, 'k');
  for (const std::string& s :
       {std::string("plain"), std::string("seven b"), std::string("eight by"),
        std::string("with \"quotes\" and \\ in a longer text"), std::string("tab\tand\x01\x1F end"),
        std::string("山田 太郎"), std::string("plain then \xE5\xB1\xB1 \" \n"),
        std::string("del \x7F"), std::string("\xE9 Latin 1"), std::string("cut \xE5\xB1")}) {
    CAPTURE(s);
    records::Object want;
    want.add("a", s).add("empty", "").add("flag", true).add("n", -5).add(long_key, s);
    want.add("time", *parse_rfc3339("2026-11-22T01:02:03.004Z")).add("b", s);
    std::string got = "before";
    records::LineWriter line(got);
    line.add("a", s).add("empty", "").add("flag", true).add("n", -5).add(long_key, s);
    line.add("time", *parse_rfc3339("2026-11-22T01:02:03.004Z")).add("b", s);
    line.end();
    CHECK(got == "before" + want.line());
  }
  std::string empty;
  records::LineWriter(empty).end();
  CHECK(empty == "{}");
}

TEST_CASE("texts that need no change are views, others what mail_text() makes of them") {
  for (const std::string& s :
       {std::string("plain"), std::string("one  two"), std::string(" begin"), std::string("end "),
        std::string("tab\tin"), std::string("del\x7F"), std::string("\xE9"), std::string("山田"),
        std::string(2000, 'x'), std::string("twenty bytes and more  "), std::string()}) {
    CAPTURE(s);
    std::string buffer;
    CHECK(records::mail_text(std::string_view(s), buffer) == records::mail_text(s));
  }
}

TEST_CASE("the domain of an address is what Address says") {
  for (const char* text :
       {"a@shop.example",
        "A.b-c@shop.example",
        "a@Shop.example",
        "a@sub.shop-1.example",
        "a@1.2.3.4",
        "a@shop.123",
        "a@shop..example",
        "a@-shop.example",
        "a@shop.example.",
        ".a@shop.example",
        "a..b@shop.example",
        "a@[192.0.2.1]",
        "a b@shop.example",
        "a@b@c.example",
        "a@",
        "@b.example",
        "a",
        "",
        "a@localhost",
        "a@xn--r8jz45g.jp",
        "a@例え.jp",
        "a+b@shop.example",
        " a@shop.example ",
        "a@0123456789012345678901234567890123456789012345678901234567890123.example"}) {
    CAPTURE(text);
    const auto parsed = Address::parse(text);
    CHECK(records::domain_of(text) == (parsed ? parsed->domain().ascii() : std::string()));
  }
}

}  // namespace line_writer_test
