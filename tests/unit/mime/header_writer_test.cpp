#include "mime/header_writer.h"

#include <doctest/doctest.h>
#include <gmime/gmime.h>

#include <random>
#include <string>

#include "base/text.h"

namespace hagaki::mime {
namespace {

/// GMime's opinion of a written header.
class Oracle {
 public:
  /// GMime must be told to start, also where one test runs alone.
  static void start() {
    static const bool started = (g_mime_init(), true);
    (void)started;
  }

  static std::string text(const std::string& value) {
    start();
    char* decoded = g_mime_utils_header_decode_text(nullptr, value.c_str());
    std::string result = decoded;
    g_free(decoded);
    return result;
  }

  static std::vector<Mailbox> addresses(const std::string& value) {
    start();
    InternetAddressList* list = internet_address_list_parse(nullptr, value.c_str());
    std::vector<Mailbox> result;
    for (int i = 0; list != nullptr && i < internet_address_list_length(list); ++i) {
      InternetAddress* address = internet_address_list_get_address(list, i);
      const char* name = internet_address_get_name(address);
      const char* addr = INTERNET_ADDRESS_IS_MAILBOX(address)
                             ? internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(address))
                             : "";
      result.push_back({name == nullptr ? "" : name, addr});
    }
    if (list != nullptr) g_object_unref(list);
    return result;
  }
};

/// The value of a header as it stands in `written`, unfolded.
std::string unfolded(const std::string& written) {
  std::string value = written.substr(written.find(':') + 1);
  std::erase(value, '\r');
  std::erase(value, '\n');
  return std::string(trim(value));
}

void check_lines(const std::string& written) {
  REQUIRE(written.ends_with("\r\n"));
  for (const std::string_view line :
       split(std::string_view(written).substr(0, written.size() - 2), '\n')) {
    CAPTURE(line);
    const bool encoded = line.find("=?") != std::string_view::npos;
    const std::size_t colon = line.find(": ");
    const bool first = line.data() == written.data();
    const std::string_view bare = trim(first ? line.substr(colon + 2) : line);
    // A word that has no blank may be longer, as only a blank lets a line fold.
    if (encoded || bare.find(' ') != std::string_view::npos) {
      CHECK(line.size() - (line.ends_with('\r') ? 1 : 0) <= (encoded ? 76 : 78));
    }
    CHECK_FALSE(bare.empty());
  }
  for (std::size_t at = written.find("=?UTF-8?"); at != std::string::npos;
       at = written.find("=?UTF-8?", at + 1)) {
    const std::size_t end = written.find("?=", at + 10);
    REQUIRE(end != std::string::npos);
    CHECK(end + 2 - at <= 75);
    // Each encoded word holds whole characters (RFC 2047 §5).
    CHECK(is_utf8(Oracle::text(written.substr(at, end + 2 - at))));
  }
}

const char* const kLongSubject =
    "【春の新商品のご案内】いつもご愛顧いただいております皆様へ、桜の季節にぴったりの限定品を"
    "ご用意いたしました（送料無料は三月末日まで）";

TEST_CASE("free text round trips through GMime") {
  const std::string cases[] = {
      "Hello",
      "Two words",
      "a  double blank",
      "日本",
      kLongSubject,
      std::string("Spring news: ") + kLongSubject + " / plain end",
      "Grüße aus München",
      "plain ünï plain again and more plain words until the line has to fold somewhere here",
      "=?UTF-8?B?not decoded?=",
      "ends with an encoded wörd",
      "日本 語 日本 語",
      "100% = done? _ok_",
      "mostly ASCII words here and one family "
      "\U0001F468\u200D\U0001F469\u200D\U0001F467\u200D\U0001F466ab "
      "and\U0001F468\u200D\U0001F469\u200D\U0001F467\u200D\U0001F466",
      "blanks         " + std::string("日本") +
          "          語aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      "emoji \U0001F468\u200D\U0001F469\u200D\U0001F467\u200D\U0001F466 family",
      "\U0001F468\u200D\U0001F469\u200D\U0001F467\u200D\U0001F466"
      "\U0001F468\u200D\U0001F469\u200D\U0001F467\u200D\U0001F466"
      "\U0001F469\U0001F3FD\u200D\U0001F680",
      std::string(300, 'a'),
      std::string(1200, 'b'),
      std::string(200, 'c') + " " + std::string(200, 'd'),
  };
  for (const std::string& value : cases) {
    CAPTURE(value);
    std::string out;
    REQUIRE(append_text_header(out, "Subject", value));
    check_lines(out);
    CHECK(Oracle::text(unfolded(out)) == value);
  }
}

TEST_CASE("random text round trips through GMime") {
  std::mt19937 random(20261121);
  const std::string pieces[] = {
      "a",          "word",
      " ",          " ",
      "é",          "ü",
      "日",         "本語",
      "\U0001F600", "=?",
      "?=",         "_",
      "=",          "\"",
      ",",          "葛\U000E0100",
      "か\u3099",   "e\u0301",
      "\\",         "(",
      "\t",         "\U0001F468\u200D\U0001F469\u200D\U0001F467\u200D\U0001F466"};
  const std::string names[] = {"X-Test", "Subject", "X-A-Name-That-Leaves-Little-Room-For-Words"};
  for (int round = 0; round < 3000; ++round) {
    std::string value;
    const auto length = random() % 80;
    for (unsigned i = 0; i < length; ++i) value += pieces[random() % std::size(pieces)];
    value = std::string(trim(value));
    if (value.empty()) continue;
    CAPTURE(value);
    std::string out;
    REQUIRE(append_text_header(out, names[round % 3], value));
    CAPTURE(out);
    check_lines(out);
    REQUIRE(Oracle::text(unfolded(out)) == value);
  }
}

TEST_CASE("characters that a reader sees as one stay together") {
  std::string value;
  for (int i = 0; i < 60; ++i) value += "葛\U000E0100";
  std::string out;
  REQUIRE(append_text_header(out, "Subject", value));
  for (std::size_t at = out.find("=?UTF-8?"); at != std::string::npos;
       at = out.find("=?UTF-8?", at + 1)) {
    const std::string word = out.substr(at, out.find("?=", at + 10) + 2 - at);
    CHECK(Oracle::text(word).starts_with("葛"));
  }
}

TEST_CASE("mailboxes") {
  struct Case {
    const char* name;
    std::vector<Mailbox> input;
    const char* want;  // nullptr: only the round trip counts
  };
  const Case cases[] = {
      {"bare", {{"", "a@example.com"}}, "To: a@example.com\r\n"},
      {"atoms", {{"Ann Bee", "a@example.com"}}, "To: Ann Bee <a@example.com>\r\n"},
      {"specials", {{"Bee, Ann (x)", "a@b.example"}}, "To: \"Bee, Ann (x)\" <a@b.example>\r\n"},
      {"quotes", {{"a\"b\\c", "a@b.example"}}, "To: \"a\\\"b\\\\c\" <a@b.example>\r\n"},
      {"a dot", {{"J. Doe", "a@b.example"}}, "To: \"J. Doe\" <a@b.example>\r\n"},
      {"Japanese",
       {{"山田 太郎", "taro@example.jp"}},
       "To: =?UTF-8?B?5bGx55SwIOWkqumDjg==?= <taro@example.jp>\r\n"},
      {"Latin", {{"Jürgen", "j@example.de"}}, "To: =?UTF-8?Q?J=C3=BCrgen?= <j@example.de>\r\n"},
      {"looks encoded", {{"=?UTF-8?Q?x?=", "a@b.example"}}, nullptr},
      {"an address as name",
       {{"evil@x.example", "a@b.example"}},
       "To: \"evil@x.example\" <a@b.example>\r\n"},
      {"long Japanese", {{kLongSubject, "a@b.example"}}, nullptr},
      {"long ASCII",
       {{std::string(50, 'a') + ", " + std::string(60, 'b'), "a@b.example"}},
       nullptr},
      {"several", {{"あ", "a@b.example"}, {"", "c@d.example"}, {"E, F", "e@f.example"}}, nullptr},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    std::string out;
    REQUIRE(append_address_header(out, "To", c.input));
    if (c.want != nullptr) CHECK(out == c.want);
    check_lines(out);
    const std::vector<Mailbox> read = Oracle::addresses(unfolded(out));
    REQUIRE(read.size() == c.input.size());
    for (std::size_t i = 0; i < read.size(); ++i) {
      CHECK(read[i].name == c.input[i].name);
      CHECK(read[i].address == c.input[i].address);
    }
  }
}

TEST_CASE("nothing can be injected into a header") {
  struct Case {
    const char* name;
    std::string value;
    const char* want;
  };
  const Case cases[] = {
      {"LF", "a\nBcc: x@y", "header Subject would hold a line break"},
      {"CR", "a\rBcc: x@y", "header Subject would hold a line break"},
      {"NUL", std::string("a\0b", 3), "header Subject would hold a control character"},
      {"ESC", "a\x1B[1m", "header Subject would hold a control character"},
      {"broken UTF-8", "a\xFF", "header Subject would not be UTF-8"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    std::string out = "before";
    const auto done = append_text_header(out, "Subject", c.value);
    REQUIRE_FALSE(done);
    CHECK(done.error().message == c.want);
    CHECK_FALSE(append_address_header(out, "From", {{c.value, "a@b.example"}}));
    CHECK_FALSE(append_address_header(out, "From", {{"", c.value}}));
    CHECK_FALSE(append_structured_header(out, "List-Id", c.value));
    CHECK(out == "before");
  }
}

TEST_CASE("structured headers") {
  std::string out;
  CHECK(append_structured_header(out, "List-Unsubscribe",
                                 "<mailto:leave@example.com?subject=leave>, "
                                 "<https://example.com/leave/0123456789012345678901234567890>"));
  CHECK(out ==
        "List-Unsubscribe: <mailto:leave@example.com?subject=leave>,\r\n"
        " <https://example.com/leave/0123456789012345678901234567890>\r\n");
  CHECK_FALSE(append_structured_header(out, "List-Id", "お知らせ <a.b>"));
  CHECK_FALSE(
      append_structured_header(out, "List-Unsubscribe", "<https://" + std::string(1000, 'a')));
}

TEST_CASE("local parts") {
  CHECK(header_local_part("a.b+c") == "a.b+c");
  CHECK(header_local_part("a..b") == "\"a..b\"");
  CHECK(header_local_part("a.") == "\"a.\"");
  CHECK(header_local_part("\"a b\"") == "\"a b\"");
}

}  // namespace
}  // namespace hagaki::mime
