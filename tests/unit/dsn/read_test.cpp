#include "dsn/read.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

using namespace hagaki;
using dsn::Kind;

namespace {

std::string mail(const char* name) {
  std::ifstream in(std::string(HAGAKI_TEST_DATA) + "/bounces/" + name + ".eml", std::ios::binary);
  std::stringstream bytes;
  bytes << in.rdbuf();
  return bytes.str();
}

std::string with_line_ends(const std::string& text, const char* end) {
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

}  // namespace

TEST_CASE("what each mail of the data reports, whatever its line ends") {
  struct Want {
    const char* email;
    const char* final_recipient;
    const char* action;
    const char* status;
    int code;
    const char* reason;
    bool hard;
  };
  struct Case {
    const char* name;
    Kind kind;
    std::vector<Want> want;
  };
  const Case cases[] = {
      {"postfix-unknown",
       Kind::Bounce,
       {{"taro@example.co.jp", "taro@example.co.jp", "failed", "5.1.1", 550, "userunknown", true}}},
      {"postfix-forward",
       Kind::Bounce,
       {{"hanako@example.jp", "old-phone@carrier.example", "failed", "5.1.1", 550, "userunknown",
         true}}},
      {"forward-without-verp",
       Kind::Bounce,
       {{"hanako@example.jp", "old-phone@carrier.example", "failed", "5.4.6", 0, "networkerror",
         false}}},
      {"postfix-plain",
       Kind::Bounce,
       {{"full@example.org", "full@example.org", "failed", "5.2.2", 552, "mailboxfull", false},
        {"gone@nowhere.example", "gone@nowhere.example", "failed", "", 0, "hostunknown", true}}},
      {"postfix-delay",
       Kind::Bounce,
       {{"slow@example.net", "slow@example.net", "delayed", "4.4.1", 0, "expired", false}}},
      {"success",
       Kind::Bounce,
       {{"happy@example.net", "happy@example.net", "delivered", "2.1.5", 0, "delivered", false}}},
      {"sendmail",
       Kind::Bounce,
       {{"nobody@example.edu", "nobody@example.edu", "failed", "5.1.1", 550, "userunknown", true}}},
      {"qmail",
       Kind::Bounce,
       {{"ghost@q.example", "ghost@q.example", "failed", "5.1.1", 0, "userunknown", true},
        {"busy@example.net", "busy@example.net", "failed", "", 550, "systemerror", false}}},
      {"exim",
       Kind::Bounce,
       {{"alias@exim.example", "target@example.org", "failed", "5.7.1", 554, "blocked", false}}},
      {"gmail",
       Kind::Bounce,
       {{"nobody@gmail.example", "nobody@gmail.example", "failed", "5.1.1", 550, "userunknown",
         true}}},
      {"exchange-html",
       Kind::Bounce,
       {{"boss@corp.example", "boss@corp.example", "failed", "5.2.2", 554, "mailboxfull", false}}},
      {"japanese-carrier",
       Kind::Bounce,
       {{"keitai..user@ezweb.ne.jp", "keitai..user@ezweb.ne.jp", "failed", "", 0, "filtered",
         false}}},
      {"arf", Kind::Feedback, {{"angry@isp.example", "", "", "", 0, "", false}}},
      {"vacation",
       Kind::Vacation,
       {{"jiro@example.com", "jiro@example.com", "", "", 0, "", false}}},
      {"unsubscribe",
       Kind::Unsubscribe,
       {{"saburo@example.com", "saburo@example.com", "", "", 0, "", false}}},
      {"none-receipt", Kind::Other, {}},
      {"none-forwarded", Kind::Other, {}},
      {"none-quoted", Kind::Other, {}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const std::string text = mail(c.name);
    REQUIRE_FALSE(text.empty());
    for (const char* end : {"\n", "\r\n", "\r"}) {
      CAPTURE(std::string(end).size());
      const std::string bytes = with_line_ends(text, end);
      const auto report = dsn::read_report(mime::Message::parse(bytes));
      CHECK(report.kind == c.kind);
      REQUIRE(report.recipients.size() == c.want.size());
      for (std::size_t i = 0; i < c.want.size(); ++i) {
        const auto& got = report.recipients[i];
        const auto& want = c.want[i];
        CHECK(got.email == want.email);
        CHECK(got.final_recipient == want.final_recipient);
        CHECK(got.action == want.action);
        CHECK(got.status == want.status);
        CHECK(got.code == want.code);
        CHECK(got.reason == want.reason);
        CHECK(got.hard == want.hard);
      }
    }
  }
}

TEST_CASE("what the report is about") {
  const std::string bytes = mail("postfix-unknown");
  const auto report = dsn::read_report(mime::Message::parse(bytes));
  CHECK(report.campaign == "spring");
  CHECK(report.message_id == "k2j4h5@news.example.jp");
  CHECK(report.envelope_sender == "bounces+taro=example.co.jp=spring@news.example.jp");
  CHECK(report.subject == "春のお知らせ");
  CHECK(report.origin == "Postfix");
  CHECK(report.reporting_mta == "mx1.news.example.jp");
  REQUIRE(report.recipients.size() == 1);
  CHECK(report.recipients[0].remote_mta == "mx.example.co.jp");
  REQUIRE(report.time.has_value());
  CHECK(format_rfc3339(*report.time) == "2026-11-21T09:00:03.000Z");
}

TEST_CASE("no cut of a mail, anywhere, breaks the reader") {
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(HAGAKI_TEST_DATA) + "/bounces")) {
    if (entry.path().extension() != ".eml") continue;
    const std::string bytes = mail(entry.path().stem().c_str());
    CAPTURE(entry.path().string());
    for (std::size_t size = 0; size < bytes.size(); size += 7) {
      // A copy of its own, so that reading behind the end is seen.
      const std::string cut(bytes, 0, size);
      const auto report = dsn::read_report(mime::Message::parse(cut));
      for (const auto& r : report.recipients) CHECK_FALSE(r.email.empty());
    }
  }
}
