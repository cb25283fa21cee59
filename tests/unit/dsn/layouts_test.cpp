#include <doctest/doctest.h>

#include <string>

#include "dsn/read.h"

namespace layouts_test {

using hagaki::dsn::Kind;
using hagaki::dsn::read_report;
using hagaki::mime::Message;

namespace {

const std::string kHeader =
    "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.jp\nSubject: Undelivered\n";
const std::string kReport =
    kHeader + "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n";
const std::string kStatus = "--b\nContent-Type: message/delivery-status\n\n";

}  // namespace

TEST_CASE("delivery reports whose parts went astray") {
  const std::string fields =
      "Reporting-MTA: dns; mx.example.jp\n\nFinal-Recipient: rfc822; taro@example.com\n"
      "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\n";
  const std::string notice = "--b\n\nNotice\n";
  const struct {
    const char* name;
    std::string mail;
  } cases[] = {
      {"no notice", kReport + kStatus + fields + "\n--b--\n"},
      {"no end", kReport + notice + kStatus + fields},
      {"boundary that the header does not name",
       kHeader +
           "Content-Type: multipart/report; report-type=delivery-status\n\n--=_x1\n\nNotice\n"
           "--=_x1\nContent-Type: message/delivery-status\n\n" +
           fields + "\n--=_x1--\n"},
      {"multipart/mixed", kHeader + "Content-Type: multipart/mixed; boundary=b\n\n" + notice +
                              kStatus + fields + "\n--b--\n"},
      {"fields in the text", kHeader + "\nNotice\n\n" + fields},
      {"fields in base64",
       kReport + "--b\nContent-Type: message/delivery-status\n"
                 "Content-Transfer-Encoding: base64\n\n"
                 "UmVwb3J0aW5nLU1UQTogZG5zOyBteC5leGFtcGxlLmpwCgpGaW5hbC1SZWNpcGllbnQ6\n"
                 "IHJmYzgyMjsgdGFyb0BleGFtcGxlLmNvbQpBY3Rpb246IGZhaWxlZApTdGF0dXM6IDUu\n"
                 "MS4xCkRpYWdub3N0aWMtQ29kZTogc210cDsgNTUwIDUuMS4xIFVzZXIgdW5rbm93bgo=\n--b--\n"},
      {"a charset that does not exist",
       kReport +
           "--b\nContent-Type: text/plain; charset=uft-8\n\nNotice \xe5\xae\x9b\n"
           "--b\nContent-Type: message/delivery-status; charset=unicode-1-1-utf-7\n\n" +
           fields + "\n--b--\n"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto report = read_report(Message::parse(c.mail));
    CHECK(report.kind == Kind::Bounce);
    CHECK(report.reporting_mta == "mx.example.jp");
    REQUIRE(report.recipients.size() == 1);
    CHECK(report.recipients[0].final_recipient == "taro@example.com");
    CHECK(report.recipients[0].code == 550);
    CHECK(report.recipients[0].status == "5.1.1");
    CHECK(report.recipients[0].reason == "userunknown");
  }
}

TEST_CASE("whose bounce it is") {
  const struct {
    const char* name;
    const char* own;
    const char* fields;
    const char* returned;
    const char* email;
  } cases[] = {
      {"the return path first", "Delivered-To: bounces+hanako=example.jp=spring@news.example.jp\n",
       "Original-Recipient: rfc822; other@example.org\n", "To: club@example.org\n",
       "hanako@example.jp"},
      {"the return path behind a BATV tag",
       "To: prvs=0123456789=bounces+hanako=example.jp=spring@news.example.jp\n", "",
       "To: club@example.org\n", "hanako@example.jp"},
      {"the return path of the returned mail", "", "",
       "Return-Path: <bounces+hanako=example.jp=spring@news.example.jp>\nTo: x@example.org\n",
       "hanako@example.jp"},
      {"a sender that a forward rewrote is no return path of ours",
       "To: SRS0=HHH=TT=example.jp=hanako@forward.example\n", "", "To: club@example.org\n",
       "club@example.org"},
      {"then Original-Recipient", "", "Original-Recipient: rfc822; hanako@example.jp\n",
       "To: club@example.org\n", "hanako@example.jp"},
      {"then the only To of the returned mail", "", "", "To: Hanako <hanako@example.jp>\n",
       "hanako@example.jp"},
      {"several in To tell nothing", "", "", "To: a@example.jp, b@example.jp\n",
       "gone@carrier.example"},
      {"at last what the report names", "", "", "Subject: Hello\n", "gone@carrier.example"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const std::string bytes =
        std::string(c.own) + "Return-Path: <>\nFrom: MAILER-DAEMON@forward.example\n" +
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n" +
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; forward.example\n\n" +
        "Final-Recipient: rfc822; gone@carrier.example\n" + c.fields +
        "Action: failed\nStatus: 5.1.1\n\n--b\nContent-Type: text/rfc822-headers\n\n" + c.returned +
        "Message-ID: <1@news.example.jp>\n\n--b--\n";
    const auto report = read_report(Message::parse(bytes));
    REQUIRE(report.recipients.size() == 1);
    CHECK(report.recipients[0].email == c.email);
    CHECK(report.recipients[0].final_recipient == "gone@carrier.example");
    CHECK(report.message_id == "1@news.example.jp");
  }
}

TEST_CASE("a report in a scanner's wrapper is about what the report returns") {
  const std::string bytes =
      "Return-Path: <>\nFrom: MAILER-DAEMON@scanner.example\nTo: admin@sender.example\n"
      "Subject: scanned\nDate: Mon, 02 Nov 2026 10:00:00 +0900\n"
      "Content-Type: multipart/mixed; boundary=o\n\n"
      "--o\n\nThe scanner has looked at the attached mail.\n"
      "--o\nContent-Type: message/rfc822\n\n"
      "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.jp\nTo: bounces@sender.example\n"
      "Subject: Undelivered Mail Returned to Sender\nDate: Mon, 02 Nov 2026 09:59:00 +0900\n"
      "Message-ID: <report@mx.example.jp>\n"
      "Content-Type: multipart/report; report-type=delivery-status; boundary=i\n\n"
      "--i\n\n<taro@example.jp>: 550 5.1.1 user unknown\n"
      "--i\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.jp\n\n"
      "Final-Recipient: rfc822; taro@example.jp\nAction: failed\nStatus: 5.1.1\n"
      "--i\nContent-Type: text/rfc822-headers\n\nFrom: news@sender.example\n"
      "To: taro@example.jp\nSubject: Our news\nMessage-ID: <news@sender.example>\n"
      "List-Id: <news.sender.example>\n--i--\n--o--\n";
  const auto report = read_report(Message::parse(bytes));
  REQUIRE(report.recipients.size() == 1);
  CHECK(report.recipients[0].email == "taro@example.jp");
  CHECK(report.message_id == "news@sender.example");
  CHECK(report.subject == "Our news");
  CHECK(report.list_id == "news.sender.example");
  CHECK(report.from == "MAILER-DAEMON@mx.example.jp");
  CHECK(report.envelope_sender == "bounces@sender.example");
  REQUIRE(report.time);
  CHECK(hagaki::format_rfc3339(*report.time) == "2026-11-02T00:59:00.000Z");
}

TEST_CASE("a report of a report that came back is about the latter's recipient") {
  const auto report = read_report(Message::parse(
      "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.jp\nTo: postmaster@mx.example.jp\n"
      "Subject: Postmaster notify: see transcript for details\n"
      "Content-Type: multipart/report; report-type=delivery-status; boundary=o\n\n"
      "--o\n\nThe original message was received at Tue, 13 Sep 2016 04:50:26 +0900\n"
      "--o\nContent-Type: message/rfc822\n\n"
      "Return-Path: <MAILER-DAEMON>\nFrom: MAILER-DAEMON@mx.example.jp\nTo: <forged@example.com>\n"
      "Subject: Returned mail\n"
      "Content-Type: multipart/report; report-type=delivery-status; boundary=i\n\n"
      "--i\n\nIt could not be delivered.\n--i\nContent-Type: message/delivery-status\n\n"
      "Reporting-MTA: dns; mx.example.jp\n\nFinal-Recipient: rfc822; taro@example.jp\n"
      "Action: failed\nStatus: 5.1.1\n--i--\n--o--\n"));
  REQUIRE(report.recipients.size() == 1);
  CHECK(report.recipients[0].email == "forged@example.com");
}

TEST_CASE("what a notice quotes is not what it says, wherever the quote stands") {
  const std::string warning = "> It will be retried (delay).\n";
  for (std::size_t length = 1700; length < 2100; length += 7) {
    CAPTURE(length);
    std::string bytes =
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.jp\n"
        "Subject: Undelivered Mail Returned to Sender\n\n"
        "This is the mail system at host mx.example.jp.\n\n"
        "<taro@example.jp>: 550 5.1.1 user unknown\n\n";
    while (bytes.size() < length) bytes += "> filler\n";
    bytes += std::string(length % 9, '-') + '\n' + warning;
    const auto report = read_report(Message::parse(bytes));
    REQUIRE(report.recipients.size() == 1);
    CHECK(report.recipients[0].action == "failed");
  }
}

TEST_CASE("a phase that the notice tells in quoted lines") {
  const auto report = read_report(Message::parse(
      "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.jp\n"
      "Content-Type: multipart/report; boundary=b\n\n--b\n\nCould not be delivered:\n\n"
      "<taro@example.jp>:\n> host mx.example.jp[192.0.2.1] said: 550 5.1.1 user unknown\n"
      "> (in reply to RCPT TO command)\n--b\nContent-Type: message/delivery-status\n\n"
      "Reporting-MTA: dns; mx.example.jp\n\nFinal-Recipient: rfc822; taro@example.jp\n"
      "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 user unknown "
      "here\n--b--\n"));
  REQUIRE(report.recipients.size() == 1);
  CHECK(report.recipients[0].phase == "rcpt");
}

TEST_CASE("nobody is dead whom a server still tries to reach") {
  const std::string fields =
      "Reporting-MTA: dns; mx.example.jp\n\nFinal-Recipient: rfc822; a@example.com\n";
  const auto hard = [&](const std::string& rest) {
    const auto report =
        read_report(Message::parse(kReport + kStatus + fields + rest + "\n--b--\n"));
    REQUIRE(report.recipients.size() == 1);
    CHECK(report.recipients[0].reason == "userunknown");
    return report.recipients[0].hard;
  };
  const std::string said = "Diagnostic-Code: x-exim; user unknown (lookup deferred)";
  CHECK(hard("Action: failed\n" + said));
  CHECK_FALSE(hard("Action: delayed\n" + said));
  CHECK(hard("Action: delayed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 user unknown"));
}

TEST_CASE("who wrote a notice that nobody knows") {
  const std::string bytes =
      "Return-Path: <>\nFrom: Mail Robot <robot@mx.example.com>\nSubject: Undeliverable\n"
      "Delivered-To: bounces+taro=example.com=spring@news.example.jp\n\nUser unknown.\n";
  const auto report = read_report(Message::parse(bytes));
  CHECK(report.reporting_mta == "mx.example.com");
  CHECK(report.campaign == "spring");
  REQUIRE(report.recipients.size() == 1);
  CHECK(report.recipients[0].email == "taro@example.com");
}

TEST_CASE("an event that SES mails through SNS, broken by a relay") {
  const std::string headers =
      "Return-Path: <x@example.amazonses.com>\nFrom: no-reply@sns.amazonaws.com\n"
      "Subject: AWS Notification Message\n";
  const std::string event =
      "\n{\"notificationType\":\"Complaint\",\"complaint\":{\"complainedRecipients\":"
      "[{\"emailAddress\":\"taro@exam!\n ple.com\"}],\"complaintFeedbackType\":\"abuse\"},"
      "\"mail\":{\"source\":\"news@example.jp\",\"messageId\":\"1\","
      "\"destination\":[\"taro@example.com\"]}}\n\n--\nTo stop this, visit https://example.jp/\n";
  const std::string bytes = headers + "x-amz-sns-message-id: 1\n" + event;
  const auto report = read_report(Message::parse(bytes));
  CHECK(report.kind == Kind::Feedback);
  REQUIRE(report.recipients.size() == 1);
  CHECK(report.recipients[0].email == "taro@example.com");

  const std::string pasted = headers + event;  // somebody shows it to somebody
  CHECK(read_report(Message::parse(pasted)).kind == Kind::Other);
}

}  // namespace layouts_test
