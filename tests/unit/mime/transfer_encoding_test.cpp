#include "mime/transfer_encoding.h"

#include <doctest/doctest.h>

#include <string>

namespace hagaki::mime {
namespace {

std::string quoted_printable(std::string_view text) {
  std::string out;
  append_quoted_printable(out, text);
  return out;
}

std::string base64(std::string_view data, std::size_t line_length = 76) {
  std::string out;
  append_base64(out, data, line_length);
  return out;
}

TEST_CASE("quoted-printable") {
  const std::string x73(73, 'x');
  struct Case {
    const char* name;
    std::string input;
    std::string want;
  };
  const Case cases[] = {
      {"empty", "", ""},
      {"plain", "hello\n", "hello\r\n"},
      {"no line end", "hello", "hello\r\n"},
      {"CR and CRLF", "a\r\nb\rc\n\n", "a\r\nb\r\nc\r\n\r\n"},
      {"equals sign and 8 bit", "a=b \xC3\xA9", "a=3Db =C3=A9\r\n"},
      {"blank at line end", "a \nb\t\n", "a=20\r\nb=09\r\n"},
      {"From at line start", "From me\n From me\n", "=46rom me\r\n From me\r\n"},
      {"a lone dot", ".\n..\n", "=2E\r\n..\r\n"},
      {"NUL", std::string("a\0b", 3), "a=00b\r\n"},
      {"76 columns stay", x73 + "abc", x73 + "abc\r\n"},
      {"77 columns break", x73 + "abcd", x73 + "ab=\r\ncd\r\n"},
      {"an escape is never split", x73 + "xx\xE3\x81\x82", x73 + "xx=\r\n=E3=81=82\r\n"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK(quoted_printable(c.input) == c.want);
  }
}

TEST_CASE("base64") {
  CHECK(base64("") == "");
  CHECK(base64("f") == "Zg==\r\n");
  CHECK(base64("fo") == "Zm8=\r\n");
  CHECK(base64("foo") == "Zm9v\r\n");
  CHECK(base64("foobar", 0) == "Zm9vYmFy");
  CHECK(base64(std::string(58, '\xff')) == std::string(76, '/') + "\r\n/w==\r\n");
}

TEST_CASE("the encoding that fits") {
  struct Case {
    const char* name;
    std::string input;
    TransferEncoding want;
  };
  const std::string japanese = "\xE6\x98\xA5\xE3\x81\xAE\xE6\x96\xB0\xE5\x95\x86\xE5\x93\x81";
  std::string letter;
  for (int i = 0; i < 20; ++i) letter += japanese;
  const Case cases[] = {
      {"ASCII", "hello\nworld\n", TransferEncoding::SevenBit},
      {"78 columns", std::string(78, 'a'), TransferEncoding::SevenBit},
      {"a tab inside", "a\tb\r\nc\rd", TransferEncoding::SevenBit},
      {"DEL", "abcdefghij\x7Fk\n", TransferEncoding::QuotedPrintable},
      {"a control character in the last line", "abcdefgh\nabcdefgh\x01",
       TransferEncoding::QuotedPrintable},
      {"79 columns", std::string(79, 'a'), TransferEncoding::QuotedPrintable},
      {"From", "a\nFrom b\n", TransferEncoding::QuotedPrintable},
      {"blank at line end", "-- \nme\n", TransferEncoding::QuotedPrintable},
      {"could be our boundary", "--=_x\n", TransferEncoding::QuotedPrintable},
      {"one accent", std::string(60, 'a') + "\xC3\xA9\n", TransferEncoding::QuotedPrintable},
      {"Japanese", letter, TransferEncoding::Base64},
      {"ISO-2022-JP's escape is no text", "\x1B$B%\x1B(B", TransferEncoding::QuotedPrintable},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK(best_encoding(c.input) == c.want);
  }
}

TEST_CASE("base64 text has CRLF line ends inside") {
  std::string out;
  append_encoded_text(out, "a\nb\n", TransferEncoding::Base64);
  CHECK(out == "YQ0KYg0K\r\n");
}

}  // namespace
}  // namespace hagaki::mime
