#include "letter/ready_text.h"

#include <doctest/doctest.h>

#include <string>

#include "fake_fields.h"
#include "mime/transfer_encoding.h"

namespace hagaki::letter::ready_text_test {
namespace {

MergeText parsed(const std::string& source) {
  auto text = MergeText::parse(source, MergeText::Escape::Html, "message.html");
  REQUIRE(text);
  return std::move(*text);
}

TEST_CASE("what is ready of a text gives the same bytes as the whole") {
  struct Case {
    const char* name;
    std::string source;
    std::string value;
    bool fits;
  };
  const std::string wide(70, 'w');
  const Case cases[] = {
      {"a field within a line", "Dear\n{{x}} and all,\nhello\nBye\n", "Hanako", true},
      {"fields that share a line", "a\nb\n{{x}}{{x}}, {{x}}\nc\nd\n{{x}}", "1", true},
      {"a field at the begin and at the end", "{{x}}\none\ntwo\nthree\n{{x}}", "2", true},
      {"nothing between two lines with fields", "{{x}}\n{{x}}\n\n{{x}}", "3", true},
      {"no line end at the end", "a\nb\nc {{x}}\nd\ne", "4", true},
      {"CRLF", "a\r\nb\r\n{{x}}\r\nc\r\nd\r\n", "5", true},
      {"a CR before the field, an LF in it", "a\n\nb\r{{x}}b\nc\n\n", "\n\n", true},
      {"CRs alone", "a\rb\r{{x}}\rc\r", "6", true},
      {"several lines in a field", "a\n\n{{x}}\nb\n\n", "one\ntwo\r\nthree", true},
      {"entities", "a\nb\n{{x}}\nc\n", "<&>", true},
      {"empty", "a\nb\n{{x}}\nc\nd\n", "", true},
      {"a line gets too long", "a\nb\nlong: {{x}}, really\nc\nd\n", wide, false},
      {"a line gets a blank at its end", "a\nb\n{{x}}\nc\nd\n", "end ", false},
      {"a line begins like a mailbox's separator", "a\nb\n{{x}}m here\nc\nd\n", "Fro", false},
      {"not ASCII", "a\nb\n{{x}}\nc\nd\n", "花子", false},
      {"a control character", "a\nb\n{{x}}\nc\nd\n", "\x02", false},
      {"not ASCII in the last line", "a\nb\n\nc\nd\n{{x}}", "é", false},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const auto text = parsed(c.source);
    const auto ready = ReadyText::from(text);
    REQUIRE(ready);
    const FakeFields fields{{"x", c.value}};
    std::string whole;
    REQUIRE(text.render(fields, Missing::Error, whole));
    const bool fits = mime::best_encoding(whole) == mime::TransferEncoding::SevenBit;
    REQUIRE(fits == c.fits);
    std::string want = "before";
    if (fits) mime::append_encoded_text(want, whole, mime::TransferEncoding::SevenBit);
    std::string got = "before";
    const auto done = ready->append(text, fields, Missing::Error, got);
    REQUIRE(done);
    CHECK(*done == fits);
    CHECK(got == want);
  }
}

TEST_CASE("what no recipient makes fit for 7bit is never ready") {
  const std::string wide(90, 'w');
  CHECK_FALSE(ReadyText::from(parsed("{{#x}}a{{/x}}\n")));
  CHECK_FALSE(ReadyText::from(parsed("é\n{{x}}\n")));
  CHECK_FALSE(ReadyText::from(parsed("{{x}}\n\n" + wide + "\n\n")));
}

TEST_CASE("a field that a recipient lacks") {
  const auto text = parsed("a\nb\n{{y}}\nc\nd\n");
  const auto ready = ReadyText::from(text);
  REQUIRE(ready);
  const FakeFields fields;
  std::string got;
  const auto done = ready->append(text, fields, Missing::Error, got);
  REQUIRE_FALSE(done);
  CHECK(done.error().code == ErrorCode::NotFound);
  got.clear();
  CHECK(ready->append(text, fields, Missing::Empty, got) == true);
  CHECK(got == "a\r\nb\r\n\r\nc\r\nd\r\n");
}

}  // namespace
}  // namespace hagaki::letter::ready_text_test
