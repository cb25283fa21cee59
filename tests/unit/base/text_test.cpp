#include <doctest/doctest.h>

#include "base/text.h"
#include "base/time.h"

using namespace hagaki;

TEST_CASE("text: display width and cutting count East Asian characters as two") {
  CHECK(display_width("abc") == 3);
  CHECK(display_width("山田") == 4);
  CHECK(display_width("ﾔﾏﾀﾞ") == 4);
  CHECK(fit_columns("山田太郎", 8) == "山田太郎");
  CHECK(fit_columns("山田太郎", 7) == "山田太…");
  CHECK(fit_columns("山田太郎", 6) == "山田…");
  CHECK(fit_columns("abc", 0).empty());
}

TEST_CASE("text: printable() leaves nothing that a terminal obeys") {
  struct Case {
    const char* input;
    const char* want;
  };
  const Case cases[] = {
      {"plain 山田", "plain 山田"},
      {"\x1b[31mred", "\\x1b[31mred"},
      {"a\r\nb\tc", "a\\x0d\\x0ab\\x09c"},
      {"c1 \xC2\x9B", "c1 \\x9b"},
      {"rtl \xE2\x80\xAE", "rtl \xEF\xBF\xBD"},
      {"bad \xFF", "bad \xEF\xBF\xBD"},
  };
  for (const auto& c : cases) CHECK(printable(c.input) == c.want);
}

TEST_CASE("text: printable_json() leaves nothing that a terminal obeys, and says the same") {
  struct Case {
    const char* input;
    const char* want;
  };
  const Case cases[] = {
      {R"({"a":"plain 山田 \u009b"})", R"({"a":"plain 山田 \u009b"})"},
      {"{\"a\":\"c1 \xC2\x9B del \x7F\"}\n{}\n", "{\"a\":\"c1 \\u009b del \\u007f\"}\n{}\n"},
      {"[\"rtl \xE2\x80\xAE \xD8\x9C \xE2\x81\xA9\"]", "[\"rtl \\u202e \\u061c \\u2069\"]"},
      {"{\t\"a\" :\r1}\n", "{ \"a\" : 1}\n"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.input);
    CHECK(printable_json(c.input) == c.want);
  }
}

TEST_CASE("text: small helpers") {
  CHECK(to_valid_utf8("a\xE9z") == "a\xEF\xBF\xBDz");
  CHECK(utf8_prefix("山田", 4) == "山");
  CHECK(squeeze("  a \r\n\t b ") == "a b");
  CHECK(split("a,,b", ',').size() == 3);
  CHECK(parse_unsigned("587", 65535) == 587);
  CHECK(!parse_unsigned("65536", 65535));
  CHECK(!parse_unsigned("-1"));
  CHECK(!parse_unsigned(""));
  CHECK(ascii_ifind("Diagnostic-Code", "CODE") == 11);
  CHECK(ascii_ifind("abc", "x") == std::string_view::npos);
  CHECK(ascii_upper("Smtp é") == "SMTP é");
  CHECK(hex_value('9') == 9);
  CHECK(hex_value('a') == 10);
  CHECK(hex_value('F') == 15);
  CHECK(hex_value('g') == -1);
  CHECK(hex_value('@') == -1);
  CHECK(ascii_iequals("Status", "sTATUS"));
  CHECK(!ascii_iequals("Status", "Statu"));
  CHECK(ascii_istarts_with("RCPT to", "rcpt"));
  CHECK(ascii_iends_with("x.Example", ".EXAMPLE"));
}

TEST_CASE("text: percent-encoding") {
  std::string out = "q=";
  append_percent_encoded(out, "a-Z.0_9~/: %é");
  CHECK(out == "q=a-Z.0_9~%2F%3A%20%25%C3%A9");
  out.clear();
  append_percent_encoded(out, "INBOX/a b", "/");
  CHECK(out == "INBOX/a%20b");
  CHECK(percent_decoded("a%20b%e6%98%A5c") == "a b春c");
  CHECK(percent_decoded("%41%") == "A%");
  CHECK(percent_decoded("%4") == "%4");
  CHECK(percent_decoded("100%x1%1x%%41") == "100%x1%1x%A");
}

TEST_CASE("text: finding without regard to case") {
  struct Case {
    const char* text;
    const char* word;
    std::size_t from;
    std::size_t want;
  };
  constexpr auto kNone = std::string_view::npos;
  const Case cases[] = {
      {"aAb", "ab", 0, 1},
      {"AaB", "ab", 0, 1},
      {"aaaaAb", "AAB", 0, 3},
      {"ab AB ab", "aB", 1, 3},
      {"ab AB ab", "aB", 4, 6},
      {"ab", "ab", 1, kNone},
      {"ab", "abc", 0, kNone},
      {"", "a", 0, kNone},
      {"ab", "", 1, 1},
      {"ab", "", 3, kNone},
      {"ab", "a", 9, kNone},
      {"a: [x]", "[X", 0, 3},
      {"\xC3\x84", "\xC3\x84", 0, 0},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    CAPTURE(c.word);
    CHECK(ascii_ifind(c.text, c.word, c.from) == c.want);
  }
}

TEST_CASE("text: white space") {
  CHECK(trim(" \t\r\n a b \n") == "a b");
  CHECK(trim(" \n ").empty());
  CHECK(trim("").empty());
  CHECK(squeeze("").empty());
  CHECK(squeeze(" \n").empty());
  CHECK(squeeze("a  b\n\nc") == "a b c");
  CHECK(squeeze("a b") == "a b");
}

TEST_CASE("text: UTF-8 wherever it breaks") {
  const std::string eight = "12345678";
  for (const std::string& before : {std::string(), std::string("1"), eight, eight + "123"}) {
    CAPTURE(before);
    CHECK(is_utf8(before));
    CHECK(is_utf8(before + "山" + eight));
    CHECK(!is_utf8(before + "\xE5\xB1"));
    CHECK(!is_utf8(before + "\xE9" + eight));
    CHECK(to_valid_utf8(before + "\xE9" + eight) == before + "\xEF\xBF\xBD" + eight);
    CHECK(to_valid_utf8(before + "山\xE5\xB1") == before + "山\xEF\xBF\xBD\xEF\xBF\xBD");
    CHECK(to_valid_utf8(before + "山" + eight) == before + "山" + eight);
  }
}

TEST_CASE("time: RFC 3339 and RFC 5322") {
  struct Case {
    const char* input;
    const char* want;  // empty: cannot be read
  };
  const Case rfc3339[] = {
      {"2026-11-21T17:30:55.123Z", "2026-11-21T17:30:55.123Z"},
      {"2026-11-21T17:30:55Z", "2026-11-21T17:30:55.000Z"},
      {"2026-11-22T02:30:55.123456+09:00", "2026-11-21T17:30:55.123Z"},
      {"2026-11-22T02:30:55+0900", "2026-11-21T17:30:55.000Z"},
      {"2026-11-21t17:30:55z", "2026-11-21T17:30:55.000Z"},
      {"2026-11-21T17:30:55EST", ""},
      {"2026-11-21T17:30:55UTC", ""},
      {"2026-02-30T00:00:00Z", ""},
      {"2026-11-21", ""},
      {"2026-11-21T17:30:55.Z", ""},
      {"2026-11-21T17:30:55", ""},
  };
  for (const auto& c : rfc3339) {
    CAPTURE(c.input);
    const auto t = parse_rfc3339(c.input);
    CHECK((t ? format_rfc3339(*t) : "") == c.want);
  }
  const Case rfc5322[] = {
      {"Sat, 21 Nov 2026 17:30:55 +0000", "2026-11-21T17:30:55.000Z"},
      {"Sun, 22 Nov 2026 02:30:55 +0900 (JST)", "2026-11-21T17:30:55.000Z"},
      {"22 Nov 2026 02:30 JST", "2026-11-21T17:30:00.000Z"},
      {"Thu, 1 Jan 98 00:00:00 GMT", "1998-01-01T00:00:00.000Z"},
      {"Fri, 1 Jan 49 00:00:00 GMT", "2049-01-01T00:00:00.000Z"},
      {"Sat, 21 Nov 126 17:30:55 +0000", "2026-11-21T17:30:55.000Z"},
      {"Sat, 21 Nov 099 17:30:55 +0000", "1999-11-21T17:30:55.000Z"},
      {"Sat, 21 Nov 6 17:30:55 +0000", ""},
      {"Sat, 21 (day) Nov (month (nested)) 2026 17:30(UTC)", "2026-11-21T17:30:00.000Z"},
      {"Fri, 31 Dec 9999 23:59:59 -0100", "10000-01-01T00:59:59.000Z"},
      {"21 Nov 2026 17:30:", ""},
      {"21 Nov 2026 17", ""},
      {"21 Nov 2026 1:2:3:4", ""},
      {"yesterday", ""},
      {"", ""},
  };
  for (const auto& c : rfc5322) {
    CAPTURE(c.input);
    const auto date = parse_rfc5322(c.input);
    CHECK((date ? format_rfc3339(date->time) : "") == c.want);
  }
  struct Offset {
    const char* input;
    std::optional<int> want;
  };
  const Offset offsets[] = {
      {"Sun, 22 Nov 2026 02:30:55 +0900 (JST)", 540},
      {"22 Nov 2026 02:30 JST", 540},
      {"Sat, 21 Nov 2026 17:30:55 -0330", -210},
      {"Sat, 21 Nov 2026 17:30:55 GMT", 0},
      {"Sat, 21 Nov 2026 17:30:55 -0000", std::nullopt},
      {"Sat, 21 Nov 2026 17:30:55", std::nullopt},
      {"Sat, 21 Nov 2026 17:30:55 here", std::nullopt},
      {"", std::nullopt},
  };
  for (const auto& c : offsets) {
    CAPTURE(c.input);
    const auto date = parse_rfc5322(c.input);
    CHECK((date ? date->utc_offset_minutes : std::nullopt) == c.want);
  }
  CHECK(format_rfc5322(*parse_rfc3339("2026-11-21T17:30:55Z")) ==
        "Sat, 21 Nov 2026 17:30:55 +0000");
}
