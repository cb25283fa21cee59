#include "cli/wrap.h"

#include <doctest/doctest.h>

using hagaki::cli::wrapped;

TEST_CASE("wrap: words stay whole, wide characters may part") {
  struct Case {
    const char* name;
    const char* text;
    const char* want;  // in 20 columns
  };
  const Case cases[] = {
      {"empty", "", ""},
      {"words", "one two three four five", "one two three four\nfive\n"},
      {"a long word", "see https://example.jp/a/long/path now",
       "see\nhttps://example.jp/a/long/path\nnow\n"},
      {"wide", "あいうえおかきくけこさ", "あいうえおかきくけこ\nさ\n"},
      {"no closing mark first", "あいうえおかきくけこ。", "あいうえおかきくけ\nこ。\n"},
      {"no opening mark last", "あいうえおかきくけ「こ」", "あいうえおかきくけ\n「こ」\n"},
      {"nor one that is narrow", "あいうえおかきくけc(「_」", "あいうえおかきくけ\nc(「_」\n"},
      {"no small kana first", "あいうえおかきくけこっさ", "あいうえおかきくけ\nこっさ\n"},
      {"no question mark first", "あいうえおかきくけこ？さ", "あいうえおかきくけ\nこ？さ\n"},
      {"a word among wide ones", "あいうえおかきくdnsbl-check", "あいうえおかきく\ndnsbl-check\n"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(wrapped(c.text, 0, 20) == c.want);
  }
  CHECK(wrapped("one two", 4, 80) == "    one two\n");
}
