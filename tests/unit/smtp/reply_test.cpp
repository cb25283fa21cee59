#include "smtp/reply.h"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include "base/limits.h"

namespace reply_test {

namespace {

using hagaki::smtp::parse_status_text;
using hagaki::smtp::ReplyParser;

/// All replies in `input`, or the error, as text.
std::string replies(std::string_view input, std::size_t step) {
  ReplyParser parser;
  std::string out;
  for (std::size_t pos = 0; pos < input.size(); pos += step) {
    parser.feed(input.substr(pos, step));
    for (;;) {
      auto reply = parser.next();
      if (!reply) return out + "error: " + reply.error().message;
      if (!*reply) break;
      out += fmt::format("{} {} [{}]\n", (*reply)->code,
                         (*reply)->status ? (*reply)->status->text() : "-", (*reply)->text);
    }
  }
  return out;
}

TEST_CASE("replies are put together from any pieces") {
  struct Case {
    const char* name;
    std::string input;
    std::string want;
  };
  const Case cases[] = {
      {"plain", "250 Ok\r\n", "250 - [Ok]\n"},
      {"no text", "250\r\n", "250 - []\n"},
      {"enhanced", "550 5.1.1 No such user\r\n", "550 5.1.1 [No such user]\n"},
      {"several lines", "550-5.7.1 Read\r\n550-5.7.1\r\n550 5.7.1 this\r\n",
       "550 5.7.1 [Read\n\nthis]\n"},
      {"code only in a later line", "550-Sorry\r\n550 5.1.1 gone\r\n", "550 5.1.1 [Sorry\ngone]\n"},
      {"two replies", "250 a\r\n354 b\r\n", "250 - [a]\n354 - [b]\n"},
      {"bare LF", "250-a\n250 b\n", "250 - [a\nb]\n"},
      {"enhanced class contradicts", "550 4.2.2 full\r\n", "550 5.2.2 [full]\n"},
      {"an address in the text is no code", "250 127.0.0.1 ok\r\n", "250 - [127.0.0.1 ok]\n"},
      {"incomplete", "250-a\r\n", ""},
      {"not a reply", "hello\r\n", "error: not an SMTP reply: \"hello\""},
      {"HTTP", "HTTP/1.1 400 Bad Request\r\n",
       "error: not an SMTP reply: \"HTTP/1.1 400 Bad Request\""},
      {"code out of range", "650 a\r\n", "error: not an SMTP reply: \"650 a\""},
      {"four digits", "2500 a\r\n", "error: not an SMTP reply: \"2500 a\""},
      {"empty line", "\r\n", "error: not an SMTP reply: \"\""},
      {"code changes", "250-a\r\n550 b\r\n",
       "error: reply code changes from 250 to 550 within a reply"},
      {"control bytes in garbage", "\x1b[2J\r\n", "error: not an SMTP reply: \"\\x1b[2J\""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(replies(c.input, c.input.size()) == c.want);
    CHECK(replies(c.input, 1) == c.want);
  }
}

TEST_CASE("a line without end keeps its beginning only") {
  const std::string text(hagaki::limits::kReplyLine - 4, 'a');
  const std::string want = "250 - [" + text + "]\n250 - [b]\n";
  const std::string input = "250 " + text + std::string(100'000, 'z') + "\r\n250 b\r\n";
  for (const std::size_t step : {std::size_t{1}, std::size_t{1000}, input.size()}) {
    CAPTURE(step);
    CHECK(replies(input, step) == want);
  }
}

TEST_CASE("a reply without end is refused") {
  std::string input;
  for (int i = 0; i < 10'000; ++i) input += "250-abcdefgh\r\n";
  CHECK(replies(input, 4096) == "error: reply too long");
}

TEST_CASE("enhanced status codes") {
  struct Case {
    const char* input;
    const char* want;  // code|text, or "-"
  };
  const Case cases[] = {
      {"5.1.1 No such user", "5.1.1|No such user"},
      {"  4.7.650 later", "4.7.650|later"},
      {"2.0.0", "2.0.0|"},
      {"5.1.10\ttab", "5.1.10|tab"},
      {"3.1.1 x", "-"},
      {"5.1 x", "-"},
      {"5.1.1000 x", "-"},
      {"5.01.1 x", "-"},
      {"5.1.1.2 x", "-"},
      {"5.1.1: x", "-"},
      {"", "-"},
      {"   ", "-"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.input);
    const auto got = parse_status_text(c.input);
    CHECK((got ? fmt::format("{}|{}", got->status.text(), got->text) : "-") == c.want);
  }
}

}  // namespace

}  // namespace reply_test
