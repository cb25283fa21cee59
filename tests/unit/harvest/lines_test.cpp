#include "harvest/lines.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace hagaki::harvest {
namespace {

/// All lines of `bytes`, fed `chunk` bytes at a time: "1:text|2:!" with "!" for undecodable and "#"
/// for too long.
std::string lines_of(const std::string& bytes, std::size_t chunk,
                     const std::string& encoding = {}) {
  LineReader reader(encoding);
  TextLine line;
  std::string out;
  const auto drain = [&] {
    while (reader.next(line)) {
      if (!out.empty()) out += '|';
      out += std::to_string(line.number) + ':';
      switch (line.state) {
        case TextLine::State::Good:
          out += line.text;
          break;
        case TextLine::State::Undecodable:
          out += '!';
          break;
        case TextLine::State::TooLong:
          out += '#';
          break;
      }
    }
  };
  for (std::size_t i = 0; i < bytes.size(); i += chunk) {
    reader.feed(std::string_view(bytes).substr(i, chunk));
    drain();
  }
  reader.finish();
  drain();
  return out;
}

}  // namespace

TEST_CASE("lines in their encodings") {
  struct Case {
    const char* name;
    std::string input;
    const char* encoding;
    const char* want;
  };
  const Case cases[] = {
      {"LF", "a\nb\n", "", "1:a|2:b"},
      {"no end on the last line", "a\nb", "", "1:a|2:b"},
      {"CRLF", "a\r\nb\r\n", "", "1:a|2:b"},
      {"CR", "a\rb\r", "", "1:a|2:b"},
      {"blank lines count", "\n\na\n", "", "1:|2:|3:a"},
      {"UTF-8 mark",
       "\xef\xbb\xbf"
       "a\n名\n",
       "", "1:a|2:名"},
      {"CP932 detected late", "a\n\x8e\x52\x93\x63\n", "", "1:a|2:山田"},
      {"CP932 with a backslash byte", "\x95\x5c\x8e\xa6\n", "", "1:表示"},
      {"EUC-JP", "\xbb\xb3\xc5\xc4\n", "", "1:山田"},
      {"ISO-2022-JP", "\x1b$B;3ED\x1b(B\na\n", "", "1:山田|2:a"},
      {"forced", "\xbb\xb3\n", "shift_jis", "1:ｻｳ"},
      {"one bad line", "名\n\xff\xff\n前\n", "", "1:名|2:!|3:前"},
      {"UTF-16", std::string("\xff\xfe\x0d\x54\n\0a\0", 8), "", "1:名|2:a"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(lines_of(c.input, c.input.size(), c.encoding) == c.want);
  }
}

TEST_CASE("chunks do not matter once the encoding is known") {
  const std::string text = "a\r\n\x8e\x52\x93\x63\r\nb\r\n";
  for (std::size_t chunk = 1; chunk <= text.size(); ++chunk) {
    CAPTURE(chunk);
    CHECK(lines_of(text, chunk, "cp932") == "1:a|2:山田|3:b");
    CHECK(lines_of("\xef\xbb\xbf"
                   "a\n名\n",
                   chunk) == "1:a|2:名");
  }
}

TEST_CASE("a line beyond all bounds is skipped in bounded memory") {
  const std::string text = "a\n" + std::string(3 * limits::kRecordLine, 'x') + "\nb\n";
  CHECK(lines_of(text, 1u << 16) == "1:a|2:#|3:b");
  CHECK(lines_of(text, text.size()) == "1:a|2:#|3:b");
  const std::string last = "a\n" + std::string(2 * limits::kRecordLine, 'x');
  CHECK(lines_of(last, 1u << 16) == "1:a|2:#");
}

TEST_CASE("lines that tell no encoding are searched for one only once") {
  // Were each line to begin a search of its own through what is there, this would take minutes.
  struct Case {
    const char* name;
    std::string line;
    TextLine::State want;
  };
  const Case cases[] = {
      {"an ESC that shifts to nothing", "\x1b[1m\n", TextLine::State::Good},
      {"no text at all", "\x80\xff\n", TextLine::State::Undecodable},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    std::string bytes;
    while (bytes.size() < (1u << 20)) bytes += c.line;
    LineReader reader;
    reader.feed(bytes);
    TextLine line;
    std::size_t right = 0;
    while (reader.next(line)) right += line.state == c.want ? 1 : 0;
    CHECK(right == bytes.size() / c.line.size());
    // What comes later may still tell it.
    reader.feed("\xe5\xb1\xb1\n");
    REQUIRE(reader.next(line));
    CHECK(line.text == "山");
    CHECK(reader.encoding() == "utf-8");
  }
}

}  // namespace hagaki::harvest
