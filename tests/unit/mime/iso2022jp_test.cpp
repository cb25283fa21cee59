#include "mime/iso2022jp.h"

#include <doctest/doctest.h>

#include "mime/charset.h"

namespace hagaki::mime {
namespace {

TEST_CASE("texts are made to fit ISO-2022-JP") {
  struct Case {
    const char* name;
    const char* input;
    const char* want;  // nullptr: a character has no form
  };
  static constexpr Case kCases[] = {
      {"empty", "", ""},
      {"ASCII", "Hello, world~\\", "Hello, world~\\"},
      {"kana and kanji", "春のご案内、葉書", "春のご案内、葉書"},
      {"half-width kana", "ﾊｶﾞｷ", "ハガキ"},
      {"half-width kana with marks", "ｶﾞｷﾞﾊﾟｳﾞ｡｢ｱ｣､･ｰ", "ガギパヴ。「ア」、・ー"},
      {"a lone voiced mark of half width", "ﾞ", nullptr},
      {"circled numbers", "①⑳Ⓐⓩ", "(1)(20)(A)(z)"},
      {"Roman numbers", "第Ⅳ章 ⅱ", "第IV章 ii"},
      {"squared words", "㈱葉書 ㍉ ㎏ ㎡ ℡ №", "(株)葉書 ミリ kg m2 TEL No"},
      {"eras", "㍻㍼", "平成昭和"},
      {"wave dash, both forms", "10時〜12時～", "10時〜12時～"},
      {"minus, both forms", "−－", "−－"},
      {"dashes", "—―–‐", "—―–‐"},
      {"yen", "¥100 ￥100", "¥100 ￥100"},
      {"composed by marks", "か\u3099は\u309A", "がぱ"},
      {"a sign composed by a mark", "a =\u0338 b", "a ≠ b"},
      {"quotes and brackets of other forms", "＂﹤﹥＇", "\"<>'"},
      {"full-width letters", "ＡＢＣ１２３", "ＡＢＣ１２３"},
      {"Greek and Cyrillic are in JIS", "αβ Ж", "αβ Ж"},
      {"box drawing is in JIS", "─│┌", "─│┌"},
      {"a variation selector goes", "葛\U000E0100城", "葛城"},
      {"a compatibility ideograph", "\uF929", "朗"},
      {"no-break space", "a\u00A0b", "a b"},
      {"a kanji beyond JIS X 0208", "髙島屋", nullptr},
      {"another", "山﨑", nullptr},
      {"an emoji", "春🌸", nullptr},
      {"accents", "café", nullptr},
      {"an escape of its own", "\x1b$B", nullptr},
      {"shifts", "\x0E\x0F", nullptr},
      {"hangul", "안녕", nullptr},
  };
  for (const Case& c : kCases) {
    CAPTURE(c.name);
    const auto fitting = fit_iso2022jp(c.input);
    REQUIRE(fitting.has_value() == (c.want != nullptr));
    if (c.want != nullptr) CHECK(*fitting == c.want);
  }
}

TEST_CASE("in HTML nothing is lost") {
  struct Case {
    const char* name;
    const char* input;
    const char* want;
  };
  static constexpr Case kCases[] = {
      {"kanji, a number, an emoji", "髙島屋①🌸", "&#x9AD9;島屋(1)&#x1F338;"},
      {"a quote is no markup", "＂", "&#xFF02;"},
      {"an apostrophe is none", "＇", "&#xFF07;"},
      {"an angle bracket is none", "﹤b﹥", "&#xFE64;b&#xFE65;"},
      {"an ampersand is none", "﹠lt;", "&#xFE60;lt;"},
      {"their JIS forms stay", "＜＞＆", "＜＞＆"},
      {"a mark behind a tag", ">\u0301", ">&#x301;"},
      {"a mark that would strike a bracket out", "<\u0338b>", "<&#x338;b>"},
      {"a mark behind a quote", "title=\"\u0301 x\"", "title=\"&#x301; x\""},
      {"an escape of its own", "\x1b$B>\x0E", "&#x1B;$B>&#xE;"},
      {"marks behind kana", "か\u3099>\u3099", "が>&#x3099;"},
  };
  for (const Case& c : kCases) {
    CAPTURE(c.name);
    CHECK(fit_iso2022jp_html(c.input) == c.want);
  }
}

TEST_CASE("ISO-2022-JP as RFC 1468 writes it") {
  struct Case {
    const char* name;
    const char* input;
    const char* want;
  };
  static constexpr Case kCases[] = {
      {"ASCII stays", "a b\n", "a b\n"},
      {"one character", "あ", "\x1b$B$\"\x1b(B"},
      {"a line ends in ASCII", "あ\nい", "\x1b$B$\"\x1b(B\n\x1b$B$$\x1b(B"},
      {"between", "aあb", "a\x1b$B$\"\x1b(Bb"},
      {"twins are one", "〜～", "\x1b$B!A!A\x1b(B"},
  };
  for (const Case& c : kCases) {
    CAPTURE(c.name);
    CHECK(to_iso2022jp(c.input) == c.want);
  }
}

TEST_CASE("every character of JIS X 0208 comes back") {
  // The reader's own rows, without those of vendors.
  std::string all;
  std::size_t count = 0;
  for (int row = 0x21; row <= 0x74; ++row) {
    if (row >= 0x29 && row <= 0x2F) continue;
    for (int cell = 0x21; cell <= 0x7E; ++cell) {
      const std::string one{'\x1b', '$', 'B', static_cast<char>(row), static_cast<char>(cell),
                            '\x1b', '(', 'B'};
      const auto text = to_utf8(one, "iso-2022-jp");
      if (!text) continue;
      CAPTURE(row);
      CAPTURE(cell);
      const auto fitting = fit_iso2022jp(*text);
      REQUIRE(fitting);
      CHECK(to_iso2022jp(*fitting) == one);
      ++count;
    }
  }
  CHECK(count == 6879);  // JIS X 0208:1997
}

}  // namespace
}  // namespace hagaki::mime
