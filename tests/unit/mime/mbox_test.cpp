#include "mime/mbox.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <istream>
#include <streambuf>
#include <vector>

#include "base/limits.h"

using namespace hagaki;

namespace {

const std::string kFrom = "From a@b Sat Nov 21 12:00:00 2026\n";

std::vector<std::string> all_of(mime::MboxReader& reader) {
  std::vector<std::string> out;
  for (;;) {
    const auto mail = reader.next();
    if (!mail) {
      out.push_back("error");
    } else if (*mail) {
      out.push_back(std::string((*mail)->bytes) + ((*mail)->cut ? "[cut]" : ""));
    } else {
      return out;
    }
  }
}

/// Gives a few bytes at a time, as a pipe may.
class Trickle : public std::streambuf {
 public:
  Trickle(std::string bytes, std::size_t step) : bytes_(std::move(bytes)), step_(step) {}

 protected:
  int_type underflow() override {
    if (at_ == bytes_.size()) return traits_type::eof();
    const auto n = std::min(step_, bytes_.size() - at_);
    setg(bytes_.data() + at_, bytes_.data() + at_, bytes_.data() + at_ + n);
    at_ += n;
    return traits_type::to_int_type(*gptr());
  }

 private:
  std::string bytes_;
  std::size_t step_;
  std::size_t at_ = 0;
};

/// Split in memory; from streams that give more or less at once it must come to the same.
std::vector<std::string> split_mbox(const std::string& bytes,
                                    std::size_t most = limits::kMailBytes) {
  mime::MboxReader whole(std::string_view(bytes), most);
  auto out = all_of(whole);
  for (const std::size_t step : {1u, 7u, 65536u, 1u << 20}) {
    if (step < 100 && bytes.size() > 100'000) continue;
    Trickle buffer(bytes, step);
    std::istream in(&buffer);
    mime::MboxReader reader(in, most);
    if (all_of(reader) != out) out.push_back("differs at " + std::to_string(step));
  }
  return out;
}

std::string unquoted(std::string text) {
  text.resize(mime::unquote_from_lines(text.data(), text.size()));
  return text;
}

}  // namespace

TEST_CASE("an mbox is split at its From_ lines") {
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
       kFrom + "A: 1\n\none\n\n" + kFrom + "A: 2\n\ntwo\n",
       {"A: 1\n\none\n\n", "A: 2\n\ntwo\n"}},
      {"CRLF",
       "From a@b Sat Nov 21 12:00:00 2026\r\nA: 1\r\n\r\none\r\n\r\nFrom a@b Sat Nov 21 "
       "12:00:00 2026\r\nA: 2\r\n\r\n",
       {"A: 1\r\n\r\none\r\n\r\n", "A: 2\r\n\r\n"}},
      {"a sentence is no separator",
       kFrom + "A: 1\n\none\n\nFrom here on all is well.\n",
       {"A: 1\n\none\n\nFrom here on all is well.\n"}},
      {"no blank line before",
       kFrom + "A: 1\n\none\n" + kFrom + "x\n",
       {"A: 1\n\none\n" + kFrom + "x\n"}},
      {"Content-Length guards the text",
       kFrom + "Content-Length: 40\n\nx\n\nFrom a@b Sat Nov 21 12:00:00 2026\n.\n.\n\n" + kFrom +
           "A: 2\n\n",
       {"Content-Length: 40\n\nx\n\nFrom a@b Sat Nov 21 12:00:00 2026\n.\n.\n\n", "A: 2\n\n"}},
      {"wrong Content-Length is not believed",
       kFrom + "Content-Length: 3\n\none\n\n" + kFrom + "A: 2\n\n",
       {"Content-Length: 3\n\none\n\n", "A: 2\n\n"}},
      {"CR alone",
       "From a@b Sat Nov 21 12:00:00 2026\rA: 1\r\rone\r\rFrom a@b Sat Nov 21 12:00:00 2026\rA: "
       "2\r\r",
       {"A: 1\r\rone\r\r", "A: 2\r\r"}},
      {"Content-Length guards a text longer than a read",
       kFrom + "Content-Length: 300002\n\nx\n\nFrom a@b Sat Nov 21 12:00:00 2026\n" +
           std::string(299'962, 'x') + "\n\n\n" + kFrom + "A: 2\n\n",
       {"Content-Length: 300002\n\nx\n\nFrom a@b Sat Nov 21 12:00:00 2026\n" +
            std::string(299'962, 'x') + "\n\n\n",
        "A: 2\n\n"}},
      {"Content-Length beyond the end is not believed",
       kFrom + "Content-Length: 50000000\n\none\n\n" + kFrom + "A: 2\n\n",
       {"Content-Length: 50000000\n\none\n\n", "A: 2\n\n"}},
      {"Mozilla", "From - Sat Nov 21 12:00:00 2026\nA: 1\n\n", {"A: 1\n\n"}},
      {"blank lines before the first From_ line",
       "\n\r\n" + kFrom + "A: 1\n\none\n\n" + kFrom + "A: 2\n\n",
       {"A: 1\n\none\n\n", "A: 2\n\n"}},
      {"byte order mark", "\xEF\xBB\xBF" + kFrom + "A: 1\n\n", {"A: 1\n\n"}},
      {"byte order mark and blank lines", "\xEF\xBB\xBF\n" + kFrom + "A: 1\n\n", {"A: 1\n\n"}},
      {"blank lines longer than a chunk",
       std::string(65530, '\n') + kFrom + "A: 1\n\n",
       {"A: 1\n\n"}},
      {"blank lines before one mail are its own", "\nA: 1\n\n", {"\nA: 1\n\n"}},
      {"only blank lines", "\n\n", {"\n\n"}},
      {"no last line end", kFrom + "A: 1\n\none", {"A: 1\n\none"}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(split_mbox(c.bytes) == c.want);
  }
}

TEST_CASE("mails longer than a chunk stay whole") {
  std::string bytes;
  std::vector<std::string> want;
  for (const std::size_t size : {100u, 65536u, 65537u, 300000u, 131072u}) {
    const std::string mail = "A: b\n\n" + std::string(size, 'x') + "\n\n";
    bytes += kFrom + mail;
    want.push_back(mail);
  }
  CHECK(split_mbox(bytes) == want);
}

TEST_CASE("of a mail over the limit the begin is given out, and the next one read") {
  std::string bytes = kFrom + "A: b\n\n";
  while (bytes.size() < 700'000) bytes += "0123456789\n";
  const std::string first = bytes.substr(kFrom.size(), 1000) + "[cut]";
  bytes += "\n" + kFrom + "A: 2\n\n";
  CHECK(split_mbox(bytes, 1000) == std::vector<std::string>{first, "A: 2\n\n"});
  CHECK(split_mbox("A: b\n\n" + std::string(70'000, 'x'), 10) ==
        std::vector<std::string>{"A: b\n\nxxxx[cut]"});
  CHECK(split_mbox(kFrom + "A: 1\n\n" + kFrom + "A: 2\n\n", 6) ==
        std::vector<std::string>{"A: 1\n\n", "A: 2\n\n"});
  CHECK(split_mbox(kFrom + "A: 1\n\n\n" + kFrom + "A: 2\n\n", 6) ==
        std::vector<std::string>{"A: 1\n\n[cut]", "A: 2\n\n"});
}

TEST_CASE("a From_ line in a returned mail ends no multipart") {
  const auto mail = [&](const std::string& type, const std::string& close) {
    return "Subject: failure\nContent-Type: " + type + "\n\n--x=1\n\nfailed\n--x=1\n\n\n" + kFrom +
           "Subject: hi\n\nhi\n" + close + "\n\n";
  };
  const auto split = [](const std::string& whole) {
    const auto at = whole.find("\nFrom ") + 1;
    return std::vector<std::string>{whole.substr(0, at), whole.substr(whole.find('\n', at) + 1)};
  };
  struct Case {
    const char* name;
    std::string mail;
    bool whole;
  };
  const Case cases[] = {
      {"closed behind it", mail("multipart/report;\n boundary=\"x=1\"", "--x=1--"), true},
      {"folded, no quotes", mail("Multipart/Mixed;\n\tboundary=x=1", "--x=1--"), true},
      {"goes on behind it", mail("multipart/report; boundary=\"x=1\"", "--x=1"), true},
      {"ends there", mail("multipart/report; boundary=\"x=1\"", ""), false},
      {"the next mail has the same boundary",
       mail("multipart/report; boundary=\"x=1\"",
            "Content-Type: multipart/mixed; boundary=x=1\n\n--x=1--"),
       false},
      {"another's end", mail("multipart/report; boundary=\"x=1\"", "--y=1--"), false},
      {"not at the begin of a line", mail("multipart/report; boundary=\"x=1\"", "a --x=1--"),
       false},
      {"no multipart", mail("text/plain; boundary=\"x=1\"", "--x=1--"), false},
      {"closed before it",
       mail("multipart/report; boundary=\"x=1\"", "--x=1--").replace(70, 0, "\n--x=1--\n"), false},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    auto want = c.whole ? std::vector<std::string>{c.mail} : split(c.mail);
    want.push_back("A: 2\n\n");
    CHECK(split_mbox(kFrom + c.mail + kFrom + "A: 2\n\n") == want);
  }
}

TEST_CASE("lines with From that a writer of mboxes quoted") {
  struct Case {
    const char* in;
    const char* want;
  };
  const Case cases[] = {
      {"", ""},
      {">From x", "From x"},
      {">>From x", ">From x"},
      {"a\n>From x\r\n>>>From y\n", "a\nFrom x\r\n>>From y\n"},
      {"a >From x\n", "a >From x\n"},
      {"a>>From x\n", "a>>From x\n"},
      {"> From x\n>from y\n>From: z\n", "> From x\n>from y\n>From: z\n"},
      {"a\r>From x", "a\rFrom x"},
      {">From a\n>From b\nFrom c\n>", "From a\nFrom b\nFrom c\n>"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.in);
    CHECK(unquoted(c.in) == c.want);
  }
  const auto quoted = [](const std::string& bytes) {
    mime::MboxReader reader{std::string_view(bytes)};
    const auto mail = reader.next();
    REQUIRE(mail.has_value());
    return (*mail)->quoted;
  };
  CHECK(quoted(kFrom + "A: b\n\n>From x\n"));
  CHECK_FALSE(quoted("A: b\n\n>From x\n"));
  CHECK_FALSE(quoted(kFrom + "Content-Length: 8\n\n>From x\n\n" + kFrom));
  CHECK_FALSE(quoted(kFrom + "Content-Length: 8\n\n>From x\n"));
  CHECK(quoted(kFrom + "Content-Length: 9999\n\n>From x\n\n" + kFrom));
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
