#include "mime/mbox.h"

#include <doctest/doctest.h>

#include <sstream>
#include <vector>

#include "base/limits.h"

using namespace hagaki;

namespace {

std::vector<std::string> split_mbox(const std::string& bytes) {
  std::istringstream in(bytes);
  mime::MboxReader reader(in);
  std::vector<std::string> out;
  for (;;) {
    const auto mail = reader.next();
    if (!mail) {
      out.push_back("error");
    } else if (*mail) {
      out.emplace_back(**mail);
    } else {
      return out;
    }
  }
}

}  // namespace

TEST_CASE("an mbox is split at its From_ lines") {
  const std::string from = "From a@b Sat Nov 21 12:00:00 2026\n";
  struct Case {
    const char* name;
    std::string bytes;
    std::vector<std::string> want;
  };
  const Case cases[] = {
      {"empty", "", {}},
      {"one mail, no mbox",
       "A: b\n\nFrom a@b Sat Nov 21 12:00:00 2026\n",
       {"A: b\n\nFrom a@b Sat Nov 21 12:00:00 2026\n"}},
      {"two",
       from + "A: 1\n\none\n\n" + from + "A: 2\n\ntwo\n",
       {"A: 1\n\none\n\n", "A: 2\n\ntwo\n"}},
      {"CRLF",
       "From a@b Sat Nov 21 12:00:00 2026\r\nA: 1\r\n\r\none\r\n\r\nFrom a@b Sat Nov 21 "
       "12:00:00 2026\r\nA: 2\r\n\r\n",
       {"A: 1\r\n\r\none\r\n\r\n", "A: 2\r\n\r\n"}},
      {"a sentence is no separator",
       from + "A: 1\n\none\n\nFrom here on all is well.\n",
       {"A: 1\n\none\n\nFrom here on all is well.\n"}},
      {"no blank line before",
       from + "A: 1\n\none\n" + from + "x\n",
       {"A: 1\n\none\n" + from + "x\n"}},
      {"Content-Length guards the text",
       from + "Content-Length: 40\n\nx\n\nFrom a@b Sat Nov 21 12:00:00 2026\n.\n.\n\n" + from +
           "A: 2\n\n",
       {"Content-Length: 40\n\nx\n\nFrom a@b Sat Nov 21 12:00:00 2026\n.\n.\n\n", "A: 2\n\n"}},
      {"wrong Content-Length is not believed",
       from + "Content-Length: 3\n\none\n\n" + from + "A: 2\n\n",
       {"Content-Length: 3\n\none\n\n", "A: 2\n\n"}},
      {"CR alone",
       "From a@b Sat Nov 21 12:00:00 2026\rA: 1\r\rone\r\rFrom a@b Sat Nov 21 12:00:00 2026\rA: "
       "2\r\r",
       {"A: 1\r\rone\r\r", "A: 2\r\r"}},
      {"Mozilla", "From - Sat Nov 21 12:00:00 2026\nA: 1\n\n", {"A: 1\n\n"}},
      {"blank lines before the first From_ line",
       "\n\r\n" + from + "A: 1\n\none\n\n" + from + "A: 2\n\n",
       {"A: 1\n\none\n\n", "A: 2\n\n"}},
      {"byte order mark", "\xEF\xBB\xBF" + from + "A: 1\n\n", {"A: 1\n\n"}},
      {"byte order mark and blank lines", "\xEF\xBB\xBF\n" + from + "A: 1\n\n", {"A: 1\n\n"}},
      {"blank lines longer than a chunk",
       std::string(65530, '\n') + from + "A: 1\n\n",
       {"A: 1\n\n"}},
      {"blank lines before one mail are its own", "\nA: 1\n\n", {"\nA: 1\n\n"}},
      {"only blank lines", "\n\n", {"\n\n"}},
      {"no last line end", from + "A: 1\n\none", {"A: 1\n\none"}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(split_mbox(c.bytes) == c.want);
  }
}

TEST_CASE("mails longer than a chunk stay whole") {
  const std::string from = "From a@b Sat Nov 21 12:00:00 2026\n";
  std::string bytes;
  std::vector<std::string> want;
  for (const std::size_t size : {100u, 65536u, 65537u, 300000u, 131072u}) {
    const std::string mail = "A: b\n\n" + std::string(size, 'x') + "\n\n";
    bytes += from + mail;
    want.push_back(mail);
  }
  CHECK(split_mbox(bytes) == want);
}

TEST_CASE("a mail over the limit is refused and the next one read") {
  const std::string from = "From a@b Sat Nov 21 12:00:00 2026\n";
  std::string bytes = from + "A: b\n\n";
  const std::string line = std::string(1023, 'x') + "\n";
  bytes.reserve(limits::kMailBytes + (2u << 20));
  while (bytes.size() <= limits::kMailBytes + (1u << 20)) bytes += line;
  bytes += "\n" + from + "A: 2\n\n";
  CHECK(split_mbox(bytes) == std::vector<std::string>{"error", "A: 2\n\n"});
}

TEST_CASE("is_mbox_separator") {
  struct Case {
    const char* line;
    bool want;
  };
  const Case cases[] = {
      {"From MAILER-DAEMON Sat Nov 21 12:00:00 2026", true},
      {"From a@b  Sat Nov 21 12:00:00 JST 2026", true},
      {"From - Sat Nov 21 12:00:00 2026\r", true},
      {"From a@b Sat, 21 Nov 2026 12:00:00 +0900", true},
      {"From: a@b", false},
      {"From now on", false},
      {"From 12:00 we are open", false},
      {">From a@b Sat Nov 21 12:00:00 2026", false},
  };
  for (const auto& c : cases) {
    CAPTURE(c.line);
    CHECK(mime::is_mbox_separator(c.line) == c.want);
  }
}
