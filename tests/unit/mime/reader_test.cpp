#include "mime/reader.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/limits.h"

using namespace hagaki;
using mime::Message;

namespace {

std::string with_line_ends(const std::string& text, const std::string& end) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += end;
    } else {
      out += c;
    }
  }
  return out;
}

/// "type:body" of each part without children.
std::vector<std::string> leaves(const Message& message) {
  std::vector<std::string> out;
  for (const auto& part : message.parts()) {
    std::string buffer;
    if (part.children.empty()) out.push_back(part.type.type + ":" + std::string(part.text(buffer)));
  }
  return out;
}

}  // namespace

TEST_CASE("parts of a mail") {
  struct Case {
    const char* name;
    std::string mail;
    std::vector<std::string> want;
  };
  const Case cases[] = {
      {"no MIME", "From: a@b\n\nhello", {"text/plain:hello"}},
      {"no body", "From: a@b\n", {"text/plain:"}},
      {"empty", "", {"text/plain:"}},
      {"two parts",
       "Content-Type: multipart/mixed; boundary=x\n\npre\n--x\n\none\n--x\nContent-Type: "
       "text/html\n\ntwo\n--x--\npost",
       {"text/plain:one", "text/html:two"}},
      {"no closing delimiter",
       "Content-Type: multipart/mixed; boundary=x\n\n--x\n\none\n",
       {"text/plain:one\n"}},
      {"longer boundary inside",
       "Content-Type: multipart/mixed; boundary=x\n\n--x\n\n--xy\none\n--x--\n",
       {"text/plain:--xy\none"}},
      {"blanks behind a delimiter",
       "Content-Type: multipart/mixed; boundary=x\n\n--x \t\n\none\n--x-- \n",
       {"text/plain:one"}},
      {"blanks before a delimiter",
       "Content-Type: multipart/mixed; boundary=x\n\n--x\n\none\n --x\n\ntwo\n--x--\n",
       {"text/plain:one", "text/plain:two"}},
      {"boundary parameter missing",
       "Content-Type: multipart/mixed\n\n--abc\n\none\n--abc--\n",
       {"text/plain:one"}},
      {"boundary parameter wrong",
       "Content-Type: multipart/mixed; boundary=nope\n\n--abc\n\none\n--abc--\n",
       {"text/plain:one"}},
      {"parameter that lost its fold",
       "Content-Type: multipart/mixed;\nboundary=x\n\n--x\n\none\n--x--\n",
       {"text/plain:one"}},
      {"digest",
       "Content-Type: multipart/digest; boundary=x\n\n--x\n\nSubject: s\n\nin\n--x--\n",
       {"text/plain:in"}},
      {"attached mail",
       "Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: message/rfc822\n\nFrom: "
       "a@b\nContent-Type: text/html\n\ninner\n--x--\n",
       {"text/html:inner"}},
      {"attached mail in base64",
       "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nRnJvbTogYQoKaGk=\n",
       {"text/plain:hi"}},
      {"base64 with charset",
       "Content-Type: text/plain; charset=iso-2022-jp\nContent-Transfer-Encoding: "
       "base64\n\nGyRCTVU9cRsoQg==\n",
       {"text/plain:葉書"}},
      {"utf-8 called latin-1, with a NUL",
       "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: "
       "quoted-printable\n\nBo=C3=AEte=00pleine",
       {std::string("text/plain:Boîte\0pleine", 24)}},
      {"quoted-printable",
       "Content-Transfer-Encoding: Quoted-Printable\n\na=3Db=\nc",
       {"text/plain:a=bc"}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto message = Message::parse(c.mail);
    CHECK(leaves(message) == c.want);
    CHECK_FALSE(message.limited());
  }
}

TEST_CASE("CRLF, LF and CR give the same parts") {
  const std::string mail =
      "From: a@b\nSubject: one\n two\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nalpha\n"
      "--x\nContent-Type: message/rfc822\n\nTo: c@d\n\nbeta\n--x--\n";
  for (const char* end : {"\n", "\r\n", "\r"}) {
    CAPTURE(std::string(end).size());
    const std::string bytes = with_line_ends(mail, end);
    const auto message = Message::parse(bytes);
    CHECK(leaves(message) == std::vector<std::string>{"text/plain:alpha", "text/plain:beta"});
    CHECK(message.headers().text("subject") == "one two");
    CHECK(message.parts().back().headers.get("to") == "c@d");
  }
}

TEST_CASE("depth and number of parts are bounded") {
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "Content-Type: message/rfc822\n\n";
  const auto nested = Message::parse(deep);
  CHECK(nested.limited());
  CHECK(nested.parts().size() <= limits::kMimeDepth);

  std::string wide = "Content-Type: multipart/mixed; boundary=x\n\n";
  for (int i = 0; i < 3000; ++i) wide += "--x\n\np\n";
  const auto many = Message::parse(wide);
  CHECK(many.limited());
  CHECK(many.parts().size() <= limits::kMimeParts);

  const std::string long_header = "X: " + std::string(limits::kHeaderBytes * 2, 'a') + "\n\nbody";
  const auto cut = Message::parse(long_header);
  CHECK(cut.limited());
}

TEST_CASE("headers") {
  struct Case {
    const char* name;
    const char* mail;
    const char* field;
    const char* want;
  };
  const Case cases[] = {
      {"plain", "Subject: hi\n\n", "subject", "hi"},
      {"folded", "Subject: a\n\tb\n c\n\n", "Subject", "a b c"},
      {"value on the next line", "Subject:\n a\n\n", "subject", "a"},
      {"blank before the colon", "Subject : hi\n\n", "subject", "hi"},
      {"From_ line first", "From x Sat Nov 21 12:00:00 2026\nSubject: hi\n\n", "subject", "hi"},
      {"first of two", "To: a\nTo: b\n\n", "to", "a"},
      {"none", "To: a\n\nSubject: body", "subject", ""},
      {"body without blank line", "To: a\nthis is the body\nSubject: no\n", "subject", ""},
      {"encoded", "Subject: =?utf-8?q?a_=E8=91=89?=\n\n", "subject", "a 葉"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(Message::parse(c.mail).headers().text(c.field) == c.want);
  }
}

TEST_CASE("addresses_of") {
  struct Case {
    const char* name;
    const char* field;
    std::vector<std::string> want;
  };
  const Case cases[] = {
      {"bare", "a@b.example", {"a@b.example"}},
      {"name", "\"A, B\" <a@b.example>", {"a@b.example"}},
      {"two", "A <a@b.example>, c@d.example", {"a@b.example", "c@d.example"}},
      {"comment", "a@b.example (A, B <x@y>)", {"a@b.example"}},
      {"group", "friends: a@b.example, c@d.example;", {"a@b.example", "c@d.example"}},
      {"empty group", "undisclosed-recipients:;", {}},
      {"quoted local part", "<\"a b\"@c.example>", {"\"a b\"@c.example"}},
      {"source route", "<@relay.example:a@b.example>", {"a@b.example"}},
      {"folded", "A\n <a@b.example>", {"a@b.example"}},
      {"null path", "<>", {}},
      {"no address", "Mailer-Daemon", {}},
      {"missing bracket", "A <a@b.example", {"a@b.example"}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(mime::addresses_of(c.field) == c.want);
  }
}

TEST_CASE("marks that are no delimiters cost no search each") {
  // CR line ends in the header; behind it a mark on each of 200,000 lines that LF ends.
  std::string mail = "MIME-Version: 1.0\rContent-Type: multipart/mixed; boundary=b\r\r";
  mail += std::string(5000, 'x');
  for (int i = 0; i < 200'000; ++i) mail += "\n--bx";
  mail += "\r--b\rContent-Type: text/html\r\rhello\r--b--\r";
  const auto message = Message::parse(mail);
  REQUIRE(message.parts().size() == 2);
  CHECK(message.parts()[1].type.type == "text/html");
  CHECK(message.parts()[1].body == "hello");
}
