#include <doctest/doctest.h>

#include <string>

#include "dsn/delivery_status.h"
#include "dsn/notice.h"
#include "dsn/read.h"

namespace hostile_test {

using namespace hagaki;

// Mail that makes a reader stall which looks through the rest for each thing found: these tests
// see results, and take minutes where the work grows with the square of the size.

namespace {

const std::string kHeader =
    "From: MAILER-DAEMON@x.example\n"
    "To: b@y.example\n"
    "Subject: Undelivered Mail Returned to Sender\n"
    "Auto-Submitted: auto-replied\n";

std::string address(std::size_t i) {
  return "user" + std::to_string(i) + "@h.example";
}

dsn::Report read(const std::string& bytes) {
  return dsn::read_report(mime::Message::parse(bytes));
}

}  // namespace

TEST_CASE("HTML of tags that are none") {
  std::string html;
  for (int i = 0; i < 500'000; ++i) html += "<a@";
  html += "><p>end";
  const auto text = dsn::html_to_text(html);
  CHECK(text.starts_with("<a@<a@"));
  CHECK(text.ends_with("\nend"));
  std::string open;
  for (int i = 0; i < 1'000'000; ++i) open += "<a";
  CHECK(dsn::html_to_text(open) == open);
}

TEST_CASE("HTML addresses between brackets, however long, are text") {
  const std::string longest = "<" + std::string(250, 'a') + "@h.example>";
  CHECK(dsn::html_to_text(longest) == longest);
  CHECK(dsn::html_to_text("a<b title=\"" + std::string(3000, 'x') + "\">c") == "ac");
}

TEST_CASE("X-Failed-Recipients without end") {
  std::string bytes = kHeader + "X-Failed-Recipients: " + address(0);
  for (std::size_t i = 1; i < 40'000; ++i) bytes += ",\n " + address(i);
  bytes += "\n\nThis is the mail system at host x.example.\n";
  for (int i = 0; i < 14'000; ++i) bytes += "550 5.1.1 user unknown\n";
  const auto report = read(bytes);
  REQUIRE(report.recipients.size() == dsn::kMaxRecipients);
  CHECK(report.cut);
  CHECK(report.recipients[0].final_recipient == address(0));
  CHECK(report.recipients.back().final_recipient == address(dsn::kMaxRecipients - 1));
  CHECK(report.recipients.back().reason == "userunknown");
}

TEST_CASE("notices in many parts are bounded together") {
  std::string bytes = kHeader + "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n";
  for (std::size_t part = 0; part < 12; ++part) {
    bytes += "--b\nContent-Type: text/plain\n\nThis is the mail system at host x.example.\n";
    for (std::size_t i = 0; i < 9000; ++i) bytes += '<' + address(part * 9000 + i) + ">: no\n";
  }
  const auto report = read(bytes + "--b--\n");
  REQUIRE(report.recipients.size() > 5000);
  CHECK(report.recipients.size() <= dsn::kMaxRecipients);
  CHECK(report.cut);
  CHECK(report.recipients[1].final_recipient == address(1));
}

TEST_CASE("a notice that is cut names nobody by half") {
  for (std::size_t shift = 0; shift < 40; ++shift) {
    std::string bytes = kHeader + "\nThis is the mail system at host x.example.\n" +
                        std::string(shift, '-') + "\n\n";
    // The end of what is read falls among the names, whichever the shift.
    while (bytes.size() < 250'000) bytes += "Much is said before anybody is named.\n";
    std::size_t named = 0;
    while (bytes.size() < 300'000) bytes += '<' + address(named++) + ">: 550 unknown user\n";
    const auto report = read(bytes);
    REQUIRE(report.cut);
    REQUIRE(report.recipients.size() > 100);
    CHECK(report.recipients.back().final_recipient == address(report.recipients.size() - 1));
    CHECK(report.recipients.back().reason == "userunknown");
  }
}

TEST_CASE("a notice of one long line is read as far as it goes") {
  for (const std::string begin : {"<html>\n", "<html>", "<!DOCTYPE html>\r\n<html>"}) {
    CAPTURE(begin);
    std::string bytes = kHeader + "Content-Type: text/html\n\n" + begin +
                        "<body><p>This is the mail system at host x.example.</p>";
    for (std::size_t i = 0; bytes.size() < 400'000; ++i) {
      bytes += "<p>&lt;" + address(i) + "&gt;: 550 unknown user</p>";
    }
    const auto report = read(bytes);
    CHECK(report.cut);
    REQUIRE(report.recipients.size() > 3000);
    CHECK(report.recipients.back().final_recipient == address(report.recipients.size() - 1));
  }
}

TEST_CASE("what stands behind the end of what is read is missed aloud") {
  std::string words = "\nThis is the mail system at host x.example.\n\n";
  while (words.size() < 300'000) words += "Much is said before anybody is named.\n";
  const auto late = read(kHeader + words + '<' + address(1) + ">: 550 unknown user\n");
  CHECK(late.cut);
  std::string fields = "\nReporting-MTA: dns; x.example\n";
  for (std::size_t i = 0; i < 6000; ++i) {
    fields += "\nFinal-Recipient: rfc822; " + address(i) + "\nAction: failed\nStatus: 5.1.1\n";
  }
  const auto flat = read(kHeader + "\nNot delivered.\n" + fields);
  CHECK(flat.cut);
  CHECK(flat.recipients.size() > 2000);
}

TEST_CASE("parts that fill a notice to the last byte leave no room for another") {
  for (const std::size_t less : {0, 1, 2}) {
    std::string bytes =
        kHeader + "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n";
    for (int part = 0; part < 2; ++part) {
      std::string text = "This is the mail system at host x.example.\n";
      while (text.size() < (256u << 10)) text += "word ";
      text.resize((256u << 10) - (part == 1 ? less : 0));
      bytes += "--b\n\n" + text + "\n";
    }
    bytes += "--b\n\n";
    for (std::size_t i = 0; i < 200; ++i) bytes += '<' + address(i) + ">: 550 unknown user\n";
    const auto report = read(bytes + "--b--\n");
    CAPTURE(less);
    CHECK(report.recipients.empty());
    CHECK(report.cut);
  }
}

TEST_CASE("a notice that returns a large mail in its text is not cut") {
  const auto report =
      read(kHeader + "\nThis is the qmail-send program at x.example.\n\n<" + address(1) +
           ">:\n550 unknown user\n\n--- Below this line is a copy of "
           "the message.\n\nFrom: b@y.example\n\n" +
           std::string(400'000, 'x'));
  REQUIRE(report.recipients.size() == 1);
  CHECK_FALSE(report.cut);
}

TEST_CASE("who is one too many lends nobody its words") {
  std::string bytes = kHeader + "\nThis is the mail system at host x.example.\n\n";
  for (std::size_t i = 0; i < dsn::kMaxRecipients; ++i) {
    bytes += '<' + std::to_string(i) + "@a.jp>: no\n";
  }
  const auto all = read(bytes);
  REQUIRE(all.recipients.size() == dsn::kMaxRecipients);
  CHECK_FALSE(all.cut);
  for (int i = 0; i < 10; ++i) bytes += "<z" + std::to_string(i) + "@a.jp>: mailbox full\n";
  const auto some = read(bytes);
  REQUIRE(some.recipients.size() == dsn::kMaxRecipients);
  CHECK(some.cut);
  CHECK(some.recipients.back().final_recipient == "9999@a.jp");
  CHECK(some.recipients.back().diagnostic == all.recipients.back().diagnostic);
}

TEST_CASE("thousands of recipients in the status and in the notice") {
  std::string bytes = kHeader +
                      "MIME-Version: 1.0\nContent-Type: multipart/report; "
                      "report-type=delivery-status; boundary=b\n\n--b\n\n"
                      "This is the mail system at host x.example.\n";
  for (std::size_t i = 0; i < 9000; ++i) bytes += '<' + address(i) + ">: will be retried\n";
  bytes += "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x.example\n\n";
  for (std::size_t i = 0; i < dsn::kMaxRecipients; ++i) {
    bytes += "Final-Recipient: rfc822; " + address(i) + "\nStatus: 4.0.0\n\n";
  }
  const auto report = read(bytes + "--b--\n");
  REQUIRE(report.recipients.size() == dsn::kMaxRecipients);
  CHECK(report.recipients[1].action == "failed");
  CHECK(report.recipients[1].diagnostic == "will be retried");
}

TEST_CASE("reports in wrappers without end") {
  // Each would be read inside the one before, until the stack is used up.
  std::string wrappers;
  for (int i = 0; i < 20'000; ++i) {
    const std::string name = "b" + std::to_string(i) + "x";
    wrappers += kHeader +
                "MIME-Version: 1.0\nContent-Type: multipart/report; "
                "report-type=delivery-status; boundary=" +
                name + "\n\n--" + name + "\nContent-Type: message/rfc822\n\n";
  }
  CHECK(read(wrappers + "From: a@h.example\n\nHello\n").recipients.size() <= 1);
}

TEST_CASE("a trace field of paths that do not end") {
  std::string paths;
  for (int i = 0; i < 100'000; ++i) paths += "for <";
  const std::string notice = kHeader +
                             "MIME-Version: 1.0\nContent-Type: multipart/report; boundary=b\n\n"
                             "--b\n\nYour mail could not be delivered: 550 user unknown\n"
                             "--b\nContent-Type: message/rfc822\n\nReceived: by x.example ";
  CHECK(read(notice + paths + "\n\n--b--\n").recipients.empty());
  CHECK(read(notice + paths + ">\n\n--b--\n").recipients.empty());
  const auto report = read(notice + paths + "a@h.example>; now\n\n--b--\n");
  REQUIRE(report.recipients.size() == 1);
  CHECK(report.recipients[0].final_recipient == "a@h.example");
}

}  // namespace hostile_test
