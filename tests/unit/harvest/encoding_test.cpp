#include "harvest/encoding.h"

#include <doctest/doctest.h>

#include <string>

#include "base/text.h"

namespace hagaki::harvest {

TEST_CASE("encodings told apart") {
  struct Case {
    const char* name;
    std::string input;
    const char* want;
  };
  const Case cases[] = {
      {"nothing", "", "us-ascii"},
      {"ASCII", "name,email\n", "us-ascii"},
      {"UTF-8", "名前\n", "utf-8"},
      {"UTF-8 mark", "\xef\xbb\xbfname", "utf-8"},
      {"UTF-16 mark, little", std::string("\xff\xfe\x0d\x54", 4), "utf-16le"},
      {"UTF-16 mark, big", std::string("\xfe\xff\x54\x0d", 4), "utf-16be"},
      {"UTF-16 without mark", std::string("n\0a\0m\0e\0", 8), "utf-16le"},
      {"UTF-16 without mark, big", std::string("\0n\0a\0m\0e", 8), "utf-16be"},
      {"CP932 kanji", "\x8e\x52\x93\x63\x91\xbe\x98\x59", "cp932"},    // 山田太郎
      {"EUC-JP kanji", "\xbb\xb3\xc5\xc4\xc2\xc0\xcf\xba", "euc-jp"},  // 山田太郎
      {"CP932 hiragana", "\x82\xa8\x96\xbc\x91\x4f", "cp932"},         // お名前
      {"EUC-JP hiragana", "\xa4\xaa\xcc\xbe\xc1\xb0", "euc-jp"},       // お名前
      {"CP932 NEC row", "\x87\x8a", "cp932"},                          // ㈱
      {"ISO-2022-JP", "\x1b$B;3ED\x1b(B", "iso-2022-jp"},
      {"one bad line does not make it CP932", "名前\n山田\n\xff\n佐藤\n", "utf-8"},
      {"an umlaut of Latin-1 is no user-defined character", "Bj\xf6rk,b@example.de\n", ""},
      {"binary", "\x80\x81\xff\xfe\xfd", ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(detect_encoding(c.input) == c.want);
  }
}

TEST_CASE("a sample cut inside a character") {
  const std::string text = "山田\n太郎\n";
  CHECK(detect_encoding(text.substr(0, text.size() - 2)) == "utf-8");
}

TEST_CASE("UTF-16 in chunks of any size") {
  const std::string little("A\0\x42\x30\x3d\xd8\x00\xde", 8);  // A あ U+1F600
  for (std::size_t size = 1; size <= little.size(); ++size) {
    CAPTURE(size);
    Utf16Reader reader(false);
    std::string out;
    for (std::size_t i = 0; i < little.size(); i += size) {
      reader.read(std::string_view(little).substr(i, size), out);
    }
    CHECK(out == "Aあ\U0001F600");
  }
  std::string out;
  Utf16Reader(true).read(std::string_view("\x30\x42", 2), out);
  CHECK(out == "あ");
}

TEST_CASE("a lone surrogate is no text") {
  for (const std::string& bytes :
       {std::string("\x3d\xd8\x41\0", 4), std::string("\0\xde\x41\0", 4)}) {
    std::string out;
    Utf16Reader(false).read(bytes, out);
    CHECK_FALSE(is_utf8(out));
    CHECK(out.ends_with('A'));
  }
}

}  // namespace hagaki::harvest
