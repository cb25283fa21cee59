#include "notice_case.h"

using hagaki::dsn::Kind;
using hagaki::dsn::read_report;
using hagaki::mime::Message;

namespace {

const std::string kReport =
    "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.jp\nTo: news@example.jp\n"
    "Subject: Undelivered\nMIME-Version: 1.0\n"
    "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n";

std::string status_part(const std::string& fields) {
  return "--b\n\nNotice.\n\n--b\nContent-Type: message/delivery-status\n\n" + fields + "\n--b--\n";
}

}  // namespace

TEST_CASE("delivery reports as they come in life") {
  const std::string bodies[] = {
      status_part("Reporting-MTA: dns; mx.example.jp\n\nFinal-Recipient: rfc822; a@example.com\n"
                  "Action: failed\nStatus: 5.1.1\n\nFinal-Recipient: rfc822; b@example.com\n"
                  "Action: relayed\nStatus: 2.0.0\n\nFinal-Recipient: rfc822; c@example.com\n"
                  "Action: expanded\nStatus: 2.0.0\n\nFinal-Recipient: rfc822; d@example.com\n"
                  "Action: delayed\nStatus: 4.4.1\nDiagnostic-Code: x-postfix; connection timed "
                  "out\n"),
      // no blank lines between the groups
      status_part("Reporting-MTA: dns; mx.example.jp\nFinal-Recipient: rfc822; a@example.com\n"
                  "Action: failed\nStatus: 5.1.1\nFinal-Recipient: rfc822; b@example.com\n"
                  "Action: failed\nStatus: 5.2.2\n"),
      // a blank line inside a group, fields folded, types missing or odd
      status_part("Reporting-MTA: mx.example.jp\n\nFinal-Recipient: RFC822;\n <a@example.com>\n\n"
                  "Action: Failed (bad destination)\nStatus: 5.1.1 (unknown\n user)\n"
                  "Diagnostic-Code: 550 5.1.1\n\tno such\n\tuser\n"),
      // internationalised (RFC 6533)
      "--b\n\nNotice.\n\n--b\nContent-Type: message/global-delivery-status\n\n"
      "Reporting-MTA: dns; mx.example.jp\n\nOriginal-Recipient: utf-8; \\x{845}@example.jp\n"
      "Final-Recipient: utf-8; \xe8\x91\x89@example.jp\nAction: failed\nStatus: 5.1.1\n\n--b--\n",
  };
  const std::vector<NoticeCase::Want> wants[] = {
      {{"a@example.com", "failed", "5.1.1", 0, "userunknown"},
       {"b@example.com", "relayed", "2.0.0", 0, "delivered"},
       {"c@example.com", "expanded", "2.0.0", 0, "delivered"},
       {"d@example.com", "delayed", "4.4.1", 0, "expired"}},
      {{"a@example.com", "failed", "5.1.1", 0, "userunknown"},
       {"b@example.com", "failed", "5.2.2", 0, "mailboxfull"}},
      {{"a@example.com", "failed", "5.1.1", 550, "userunknown"}},
      {{"\xe8\x91\x89@example.jp", "failed", "5.1.1", 0, "userunknown"}},
  };
  std::vector<NoticeCase> cases;
  for (std::size_t i = 0; i < std::size(bodies); ++i) {
    cases.push_back({"report", kReport.c_str(), bodies[i].c_str(), "", wants[i]});
  }
  check_notices(cases);
}

TEST_CASE("delivery reports whose parts went astray") {
  const std::string fields =
      "Reporting-MTA: dns; mx.example.jp\n\nFinal-Recipient: rfc822; taro@example.com\n"
      "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\n";
  const std::string headers =
      "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.jp\nSubject: Undelivered\n";
  const struct {
    const char* name;
    std::string mail;
  } cases[] = {
      {"no notice",
       kReport + "\n--b\nContent-Type: message/delivery-status\n\n" + fields + "\n--b--\n"},
      {"no end",
       kReport + "\n--b\n\nNotice\n--b\nContent-Type: message/delivery-status\n\n" + fields},
      {"boundary that the header does not name",
       headers +
           "Content-Type: multipart/report; report-type=delivery-status\n\n--=_x1\n\nNotice\n"
           "--=_x1\nContent-Type: message/delivery-status\n\n" +
           fields + "\n--=_x1--\n"},
      {"multipart/mixed", headers +
                              "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nNotice\n"
                              "--b\nContent-Type: message/delivery-status\n\n" +
                              fields + "\n--b--\n"},
      {"fields in the text", headers + "\nNotice\n\n" + fields},
      {"fields in base64",
       kReport + "\n--b\nContent-Type: message/delivery-status\n"
                 "Content-Transfer-Encoding: base64\n\n"
                 "UmVwb3J0aW5nLU1UQTogZG5zOyBteC5leGFtcGxlLmpwCgpGaW5hbC1SZWNpcGllbnQ6\n"
                 "IHJmYzgyMjsgdGFyb0BleGFtcGxlLmNvbQpBY3Rpb246IGZhaWxlZApTdGF0dXM6IDUu\n"
                 "MS4xCkRpYWdub3N0aWMtQ29kZTogc210cDsgNTUwIDUuMS4xIFVzZXIgdW5rbm93bgo=\n--b--\n"},
      {"a charset that does not exist",
       kReport +
           "\n--b\nContent-Type: text/plain; charset=uft-8\n\nNotice \xe5\xae\x9b\n--b\n"
           "Content-Type: message/delivery-status; charset=unicode-1-1-utf-7\n\n" +
           fields + "\n--b--\n"},
      {"CR alone",
       [&] {
         std::string all =
             kReport + "\n--b\nContent-Type: message/delivery-status\n\n" + fields + "\n--b--\n";
         for (auto& c : all) c = c == '\n' ? '\r' : c;
         return all;
       }()},
  };
  for (const auto& c : cases) {
    CAPTURE(std::string(c.name));
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
    CAPTURE(std::string(c.name));
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

TEST_CASE("nobody is dead whom a server still tries to reach") {
  const std::string fields = "Reporting-MTA: dns; mx.example.jp\n\nFinal-Recipient: rfc822; ";
  const auto hard = [&](const std::string& rest) {
    const auto report = read_report(
        Message::parse(kReport + "\n" + status_part(fields + "a@example.com\n" + rest)));
    REQUIRE(report.recipients.size() == 1);
    CHECK(report.recipients[0].reason == "userunknown");
    return report.recipients[0].hard;
  };
  const std::string said = "Diagnostic-Code: x-exim; user unknown (lookup deferred)";
  CHECK(hard("Action: failed\n" + said));
  CHECK_FALSE(hard("Action: delayed\n" + said));
  CHECK(hard("Action: delayed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 user unknown"));
}

TEST_CASE("notices that no system's row knows, in more languages") {
  const char* mailer =
      "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.jp\nSubject: Notice\n"
      "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
      "Content-Transfer-Encoding: 8bit\n";
  check_notices({
      {"Italian",
       mailer,
       "Il messaggio non è stato consegnato al destinatario seguente:\n\n"
       "a@example.com: casella piena\n",
       "unknown",
       {{"a@example.com", "failed", "", 0, "mailboxfull"}}},
      {"Polish",
       mailer,
       "Wiadomość do a@example.com nie mogła zostać dostarczona.\nKonto nie istnieje.\n",
       "unknown",
       {{"a@example.com", "failed", "", 0, "userunknown"}}},
      {"Korean",
       mailer,
       "다음 수신자에게 메일을 전달하지 못했습니다.\n\na@example.com : 존재하지 않는 "
       "사용자입니다.\n",
       "unknown",
       {{"a@example.com", "failed", "", 0, "userunknown"}}},
      {"Portuguese",
       mailer,
       "A sua mensagem para a@example.com não foi entregue.\nMotivo: a caixa de correio está "
       "cheia.\n",
       "unknown",
       {{"a@example.com", "failed", "", 0, "mailboxfull"}}},
  });
}
