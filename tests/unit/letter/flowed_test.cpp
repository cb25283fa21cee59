#include "letter/flowed.h"

#include <doctest/doctest.h>

#include <string>

#include "base/text.h"

namespace hagaki::letter::flowed_test {
namespace {

/// What a reader makes of it (RFC 3676 §4.1 to 4.5), without quoting.
std::string read(std::string_view flowed) {
  std::string out;
  for (std::string_view line : split(flowed, '\n')) {
    if (line.starts_with(' ')) line.remove_prefix(1);
    const bool flows = line.ends_with(' ') && line != "-- ";
    if (flows) line.remove_suffix(1);
    out += line;
    if (!flows) out += '\n';
  }
  out.pop_back();
  return out;
}

TEST_CASE("paragraphs flow") {
  const std::string words =
      "The quick brown fox jumps over the lazy dog, and then it jumps back again, since it was "
      "fun.";
  const std::string kana =
      "いつも葉書商店をご利用いただき、誠にありがとうございます。このたび、春の新しい葉書をご用意い"
      "たしました。";
  struct Case {
    const char* name;
    std::string input;
    std::string want;
  };
  const Case cases[] = {
      {"empty", "", ""},
      {"short", "Hello\n", "Hello\n"},
      {"no line end", "Hello", "Hello"},
      {"a paragraph", words,
       "The quick brown fox jumps over the lazy dog, and then it jumps back  \nagain, since it was "
       "fun."},
      {"Japanese", kana,
       "いつも葉書商店をご利用いただき、誠にありがとうございます。このたび、春の "
       "\n新しい葉書をご用意いたしました。"},
      {"trailing blanks go", "a  \nb\t\n", "a\nb\n"},
      {"a signature", "Bye\n-- \nShop\n", "Bye\n-- \nShop\n"},
      {"stuffed", " a\n> b\nFrom c\n", "  a\n > b\n From c\n"},
      {"CRLF", "a\r\nb\r\n", "a\nb\n"},
      {"a long word stays", std::string(100, 'x') + " y", std::string(100, 'x') + "  \ny"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK(to_flowed(c.input) == c.want);
  }
  std::string stops;
  for (int i = 0; i < 36; ++i) stops += "あ";
  stops += "。」い";
  const std::string flowed = to_flowed(stops);
  for (std::string_view line : split(flowed, '\n')) CHECK(!line.starts_with("。"));
}

TEST_CASE("a reader has the text again") {
  // A fixed pseudo-random text of words, kana, quotes and blanks.
  const char* const pieces[] = {"word ",
                                "a ",
                                "、",
                                "。",
                                "カード",
                                "葉書",
                                "「春」",
                                "> ",
                                "-- ",
                                "From me ",
                                "https://example.jp/a/long/path?x=1 ",
                                "\n",
                                "  ",
                                "é",
                                "🌸",
                                "(note) ",
                                "x"};
  unsigned state = 7;
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (int i = 0; i < 60; ++i) {
      state = state * 1103515245 + 12345;
      text += pieces[state / 65536 % std::size(pieces)];
    }
    // Blanks at the end of lines are not kept, but in a signature's line.
    std::string want;
    for (std::string_view line : split(text, '\n')) {
      if (line != "-- ") line = line.substr(0, line.find_last_not_of(" \t") + 1);
      want += line;
      want += '\n';
    }
    want.pop_back();
    const std::string flowed = to_flowed(text);
    CAPTURE(text);
    CHECK(read(flowed) == want);
    for (std::string_view line : split(flowed, '\n')) CHECK(line.size() < 998);
  }
}

}  // namespace
}  // namespace hagaki::letter::flowed_test
