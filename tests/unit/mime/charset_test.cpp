#include "mime/charset.h"

#include <doctest/doctest.h>

#include <string>

using namespace hagaki;

TEST_CASE("to_utf8 reads what Japanese mail is written in") {
  struct Case {
    const char* name;
    const char* charset;
    std::string bytes;
    const char* want;
  };
  const Case cases[] = {
      {"ascii", "us-ascii", "plain", "plain"},
      {"no label", "", "plain", "plain"},
      {"utf-8", "UTF-8", "葉書", "葉書"},
      {"misspelt utf-8", "uft-8", "葉書", "葉書"},
      {"quoted label", "\"utf-8\"", "葉書", "葉書"},
      {"a quote was lost", "utf-8\"", "葉書", "葉書"},
      {"other quotes", "'iso-8859-1'", "caf\xe9", "café"},
      {"shift_jis with NEC row 13", "Shift_JIS", "\x87\x40", "①"},
      {"x-sjis", "x-sjis", "\x97\x74\x8f\x91", "葉書"},
      {"cp932 with an IBM extension", "cp932", "\xfb\xfc", "髙"},
      {"euc-jp", "EUC-JP", "\xcd\xd5\xbd\xf1", "葉書"},
      {"euc-jp with NEC row 13", "euc-jp", "\xad\xa1", "①"},
      {"iso-2022-jp", "ISO-2022-JP", "\x1b$BMU=q\x1b(B.", "葉書."},
      {"iso-2022-jp, old JIS escape", "iso-2022-jp", "\x1b$@MU=q\x1b(J.", "葉書."},
      {"iso-2022-jp with half-width kana", "iso-2022-jp-ms", "\x1b(I6E\x1b(B", "ｶﾅ"},
      {"iso-2022-jp with NEC row 13", "iso-2022-jp", "\x1b$B-!\x1b(B", "①"},
      {"iso-2022-jp, line ends in kanji", "iso-2022-jp", "\x1b$BMU\nok", "葉\nok"},
      {"utf-7 under its old name", "unicode-1-1-utf-7", "Hi +ZeVnLA-", "Hi 日本"},
      {"plain ascii under utf-7", "unicode-1-1-utf-7", "Delivery failed.", "Delivery failed."},
      {"latin-1 with a Windows quote", "iso-8859-1", "caf\xe9 \x93x\x94", "café “x”"},
      {"windows-1251", "windows-1251", "\xcf\xf0\xe8", "При"},
      {"koi8-r", "koi8-r", "\xf0\xd2\xc9", "При"},
      {"gb2312 is read as gb18030", "gb2312", "\xd6\xd0\xce\xc4", "中文"},
      {"language behind the charset", "iso-2022-jp*ja", "\x1b$BMU=q\x1b(B", "葉書"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto got = mime::to_utf8(c.bytes, c.charset);
    REQUIRE(got.has_value());
    CHECK(*got == c.want);
    CHECK(mime::to_utf8_lossy(c.bytes, c.charset) == c.want);
  }
}

TEST_CASE("to_utf8 refuses, to_utf8_lossy replaces") {
  struct Case {
    const char* name;
    const char* charset;
    std::string bytes;
    ErrorCode error;
    const char* lossy;
  };
  const Case cases[] = {
      {"8-bit in ascii", "us-ascii", "a\xffz", ErrorCode::Syntax, "a\xEF\xBF\xBDz"},
      {"broken utf-8", "utf-8", "a\xc3", ErrorCode::Syntax, "a\xEF\xBF\xBD"},
      {"beyond Unicode, under another name of UTF-8", "iso-10646/utf8", "a\xf6\x8f\x80\x87z",
       ErrorCode::Syntax, "a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDz"},
      {"beyond Unicode, in four octets", "iso-10646", "\x61\xf6\x8f\x80", ErrorCode::Syntax,
       "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"half a cp932 character", "shift_jis", "a\x97", ErrorCode::Syntax, "a\xEF\xBF\xBD"},
      {"half an iso-2022-jp character", "iso-2022-jp", "\x1b$BM\x1b(Ba", ErrorCode::Syntax,
       "\xEF\xBF\xBD"
       "a"},
      {"unknown charset", "x-klingon", "tlh", ErrorCode::Unsupported, "tlh"},
      {"utf-8 under a wrong label", "us-ascii", "葉書", ErrorCode::Syntax, "葉書"},
      {"utf-8 under an unknown label", "x-klingon", "葉書", ErrorCode::Unsupported, "葉書"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto got = mime::to_utf8(c.bytes, c.charset);
    REQUIRE_FALSE(got.has_value());
    CHECK(got.error().code == c.error);
    CHECK(mime::to_utf8_lossy(c.bytes, c.charset) == c.lossy);
  }
}

TEST_CASE("UTF-8 under a label that any bytes fit is UTF-8") {
  struct Case {
    const char* name;
    const char* charset;
    std::string bytes;
    std::string want;
  };
  const std::string nul(1, '\0');
  const Case cases[] = {
      {"iso-8859-1", "ISO-8859-1", "Boîte pleine", "Boîte pleine"},
      {"windows-1252", "windows-1252", "Boîte pleine", "Boîte pleine"},
      {"with a NUL", "iso-8859-1", "Boîte" + nul + "pleine", "Boîte" + nul + "pleine"},
      {"latin-1 all the same", "iso-8859-1", "Bo\xeete pleine", "Boîte pleine"},
      {"both", "iso-8859-1", "Bo\xeete et boîte", "Boîte et boÃ®te"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(mime::to_utf8_lossy(c.bytes, c.charset) == c.want);
  }
}

TEST_CASE("is_known_charset") {
  CHECK(mime::is_known_charset("Shift_JIS"));
  CHECK(mime::is_known_charset("iso-2022-jp-ms"));
  CHECK(mime::is_known_charset("utf-8"));
  CHECK_FALSE(mime::is_known_charset("x-klingon"));
}
