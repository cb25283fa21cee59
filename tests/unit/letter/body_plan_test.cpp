#include "letter/body_plan.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "base/text.h"
#include "letter/file_part.h"
#include "rendered.h"

namespace hagaki::letter::body_plan_test {
namespace {

BodyPlan leaf(BodyPlan::Form form, std::string_view text, Writing writing = {}) {
  auto plan = text_body(form, text, "t.eml", 1, writing);
  REQUIRE_MESSAGE(plan, (plan ? "" : plan.error().text()));
  return std::move(*plan);
}

std::string file(const char* name, const char* bytes) {
  auto part = attachment_part({name, bytes});
  REQUIRE(part);
  return std::move(*part);
}

BodyPlan multipart(std::string_view subtype, BodyPlan first, BodyPlan second) {
  std::vector<BodyPlan> children;
  children.push_back(std::move(first));
  children.push_back(std::move(second));
  return multipart_body(subtype, std::move(children));
}

BodyPlan text() {
  return leaf(BodyPlan::Form::Plain, "Dear {{name}},\n");
}
BodyPlan html() {
  return leaf(BodyPlan::Form::Html, "<p>Dear {{name}},</p>\n");
}
BodyPlan alternative() {
  return multipart("alternative", text(), html());
}
BodyPlan related() {
  return multipart("related", html(), file_body(*inline_part({"a.png", "A"}, "1@picture")));
}

const FakeFields kTaro({{"name", "Taro"}});

TEST_CASE("structures of a message") {
  struct Case {
    const char* name;
    BodyPlan plan;
    const char* want;
    const char* want_with_more;  // a part for this recipient alone
  };
  const Case cases[] = {
      {"text", text(), "text/plain", "multipart/mixed(text/plain application/pdf)"},
      {"a text that is the same for all", leaf(BodyPlan::Form::Plain, "Hello\n"), "text/plain",
       "multipart/mixed(text/plain application/pdf)"},
      {"alternative", alternative(), "multipart/alternative(text/plain text/html)",
       "multipart/mixed(multipart/alternative(text/plain text/html) application/pdf)"},
      {"related", related(), "multipart/related(text/html image/png)",
       "multipart/mixed(multipart/related(text/html image/png) application/pdf)"},
      {"related in alternative", multipart("alternative", text(), related()),
       "multipart/alternative(text/plain multipart/related(text/html image/png))",
       "multipart/mixed(multipart/alternative(text/plain multipart/related(text/html image/png)) "
       "application/pdf)"},
      {"mixed", multipart("mixed", alternative(), file_body(file("a.csv", "1,2"))),
       "multipart/mixed(multipart/alternative(text/plain text/html) text/csv)",
       "multipart/mixed(multipart/alternative(text/plain text/html) text/csv application/pdf)"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK(structure(rendered(c.plan, kTaro)) == c.want);
    CHECK(structure(rendered(c.plan, kTaro, {file("bill.pdf", "BILL")})) == c.want_with_more);
    // Nothing of one recipient is left for the next.
    CHECK(structure(rendered(c.plan, kTaro)) == c.want);
  }
}

TEST_CASE("parts as they are read") {
  const BodyPlan plan = multipart("mixed", alternative(), file_body(file("a.csv", "1,2")));
  const std::string part = rendered(plan, kTaro, {file("bill.pdf", "BILL")});
  const mime::Message message = mime::Message::parse(part);
  const char* const want[] = {nullptr, nullptr, "Dear Taro,\r\n", "<p>Dear Taro,</p>\r\n",
                              "1,2",   "BILL"};
  REQUIRE(message.parts().size() == std::size(want));
  for (std::size_t i = 0; i < std::size(want); ++i) {
    CAPTURE(i);
    std::string buffer;
    if (want[i] != nullptr) CHECK(message.parts()[i].bytes(buffer) == want[i]);
  }
  CHECK(part.find("\r\n\r\n--") != std::string::npos);
  CHECK(part.ends_with("--\r\n"));
}

TEST_CASE("boundaries follow from what is in them") {
  const auto boundary = [](const BodyPlan& plan, const std::vector<std::string>& more = {}) {
    const std::string part = rendered(plan, kTaro, more);
    return std::string(mime::Message::parse(part).root().type.parameter("boundary"));
  };
  const std::string first = boundary(alternative());
  CHECK(first.size() == 26);
  CHECK(first.starts_with("=_"));
  CHECK(boundary(alternative()) == first);
  CHECK(boundary(multipart("alternative", html(), text())) != first);
  CHECK(boundary(multipart("mixed", text(), html())) != first);
  // A multipart in another has another boundary.
  const std::string outer = boundary(alternative(), {file("bill.pdf", "BILL")});
  CHECK(outer.starts_with("=_"));
  CHECK(outer != first);
  // A text cannot end a part.
  const std::string line = "--" + first + "--\n";
  const std::string part =
      rendered(multipart("alternative", leaf(BodyPlan::Form::Plain, "{{{name}}}\n"), html()),
               FakeFields({{"name", "--=_x\n" + line}}), {});
  CHECK(structure(part) == "multipart/alternative(text/plain text/html)");
}

TEST_CASE("texts are written as they need") {
  struct Case {
    const char* name;
    BodyPlan::Form form;
    const char* text;
    Writing writing;
    const char* charset;
    const char* format;
    const char* encoding;
    const char* want;
  };
  constexpr mime::Charset kJis = mime::Charset::Iso2022Jp;
  static constexpr Case kCases[] = {
      {"ASCII", BodyPlan::Form::Plain, "Hello\n", {}, "utf-8", "", "7bit", "Hello\r\n"},
      {"Japanese",
       BodyPlan::Form::Plain,
       "葉書\n",
       {},
       "utf-8",
       "",
       "quoted-printable",
       "葉書\r\n"},
      {"ISO-2022-JP",
       BodyPlan::Form::Plain,
       "葉書ﾊｶﾞｷ\n",
       {kJis, false},
       "ISO-2022-JP",
       "",
       "7bit",
       "葉書ハガキ\r\n"},
      {"a rare kanji",
       BodyPlan::Form::Plain,
       "𠮷野ﾊ\n",
       {kJis, false},
       "utf-8",
       "",
       "quoted-printable",
       "𠮷野ﾊ\r\n"},
      {"a rare kanji in HTML",
       BodyPlan::Form::Html,
       "𠮷野\n",
       {kJis, false},
       "ISO-2022-JP",
       "",
       "7bit",
       "&#x20BB7;野\r\n"},
      {"flowed",
       BodyPlan::Form::Plain,
       "Hello\n",
       {mime::Charset::Utf8, true},
       "utf-8",
       "flowed",
       "7bit",
       "Hello\r\n"},
      {"HTML does not flow",
       BodyPlan::Form::Html,
       "Hello\n",
       {mime::Charset::Utf8, true},
       "utf-8",
       "",
       "7bit",
       "Hello\r\n"},
      {"flowed ISO-2022-JP",
       BodyPlan::Form::Plain,
       "葉書\n",
       {kJis, true},
       "ISO-2022-JP",
       "flowed",
       "7bit",
       "葉書\r\n"},
      {"derived",
       BodyPlan::Form::Derived,
       "<p>A &amp; B</p><ul><li>C</ul>",
       {},
       "utf-8",
       "",
       "7bit",
       "A & B\r\n\r\n- C\r\n"},
  };
  for (const Case& c : kCases) {
    CAPTURE(c.name);
    const std::string part = rendered(leaf(c.form, c.text, c.writing));
    const mime::Message message = mime::Message::parse(part);
    std::string buffer;
    CHECK(message.root().type.parameter("charset") == c.charset);
    CHECK(message.root().type.parameter("format") == c.format);
    CHECK(message.headers().get("Content-Transfer-Encoding") == c.encoding);
    CHECK(message.root().text(buffer) == c.want);
  }
}

}  // namespace
}  // namespace hagaki::letter::body_plan_test
