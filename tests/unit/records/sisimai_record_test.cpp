#include "records/sisimai_record.h"

#include <doctest/doctest.h>

#include <string>

#include "records/bounce_record.h"
#include "records/report_text.h"

namespace sisimai_record_test {

using namespace hagaki;

namespace {

dsn::Report bounce() {
  dsn::Report report;
  report.kind = dsn::Kind::Bounce;
  report.origin = "Exchange Online";
  report.reporting_mta = "mx.example.net";
  report.time = parse_rfc3339("2013-04-29T23:45:41+09:00");
  report.utc_offset_minutes = 540;
  report.message_id = "1@shop.example";
  report.envelope_sender = "bounces@shop.example";
  report.sender = "News@Shop.example";
  report.subject = "春";
  report.list_id = "news.shop.example";
  report.feedback_id = "spring:1:news:shop";
  dsn::Recipient r;
  r.email = "a@example.jp";
  r.final_recipient = "b@例え.jp";
  r.action = "failed";
  r.status = "5.1.1";
  r.code = 550;
  r.phase = "rcpt";
  r.diagnostic = "550 5.1.1 no such user";
  r.diagnostic_type = "smtp";
  r.reason = "userunknown";
  r.hard = true;
  r.remote_mta = "mx.example.jp";
  report.recipients.push_back(std::move(r));
  return report;
}

/// One field of the record as it stands in it, quotes and all.
std::string field(const dsn::Report& report, const std::string& key) {
  const auto records = records::sisimai_records(report, "f", true);
  REQUIRE(records.size() == 1);
  const std::string line = records.front().line();
  const auto at = line.find('"' + key + "\":");
  REQUIRE(at != std::string::npos);
  const auto begin = at + key.size() + 3;
  return line.substr(begin, line.find_first_of(",}", begin) - begin);
}

}  // namespace

TEST_CASE("a bounce in Sisimai's form: all fields, its kinds of values") {
  const auto records = records::sisimai_records(bounce(), "mail/1.eml", false);
  REQUIRE(records.size() == 1);
  CHECK(records.front().line() ==
        R"({"action":"failed","addresser":"News@Shop.example","alias":"a@example.jp",)"
        R"("catch":null,"command":"RCPT","decodedby":"Office365","deliverystatus":"5.1.1",)"
        R"("destination":"xn--r8jz45g.jp","diagnosticcode":"550 5.1.1 no such user",)"
        R"("diagnostictype":"SMTP","feedbackid":"spring:1:news:shop","feedbacktype":"",)"
        R"("hardbounce":true,"lhost":"mx.example.net","listid":"news.shop.example",)"
        R"("messageid":"1@shop.example","origin":"mail/1.eml","reason":"userunknown",)"
        R"("recipient":"b@例え.jp","replycode":"550","rhost":"mx.example.jp",)"
        R"("senderdomain":"shop.example","smtpagent":"Office365","smtpcommand":"RCPT",)"
        R"("subject":"春","timestamp":1367246741,"timezoneoffset":"+0900",)"
        R"("token":")" +
            records::sisimai_token("news@shop.example", "b@例え.jp",
                                   *parse_rfc3339("2013-04-29T14:45:41Z")) +
            "\"}");
}

TEST_CASE("what is not known is an empty string, as there") {
  dsn::Report report;
  report.kind = dsn::Kind::Bounce;
  report.recipients.emplace_back();
  report.recipients[0].email = "a@example.jp";
  report.recipients[0].action = "failed";
  report.recipients[0].reason = "mailererror";
  report.recipients[0].final_recipient = "A@example.jp";
  CHECK(field(report, "alias") == R"("")");
  CHECK(field(report, "deliverystatus") == R"("")");
  CHECK(field(report, "replycode") == R"("")");
  CHECK(field(report, "hardbounce") == "false");
  CHECK(field(report, "timestamp") == "0");
  CHECK(field(report, "timezoneoffset") == R"("+0000")");
  CHECK(field(report, "decodedby") == R"("RFC3464")");
  CHECK(field(report, "diagnostictype") == R"("X-UNIX")");
  CHECK(records::sisimai_records(report, "", true).front().line().find("\"origin\":\"<STDIN>\"") !=
        std::string::npos);
}

TEST_CASE("what Sisimai gives only when asked, and what it knows nothing of") {
  struct Case {
    const char* name;
    dsn::Kind kind;
    const char* reason;
    std::size_t plain;
    std::size_t all;
  };
  for (const auto& c : {Case{"bounce", dsn::Kind::Bounce, "mailboxfull", 1, 1},
                        Case{"success", dsn::Kind::Bounce, "delivered", 0, 1},
                        Case{"feedback", dsn::Kind::Feedback, "", 1, 1},
                        Case{"vacation", dsn::Kind::Vacation, "", 0, 1},
                        Case{"unsubscribe", dsn::Kind::Unsubscribe, "", 0, 0},
                        Case{"other", dsn::Kind::Other, "", 0, 0}}) {
    CAPTURE(c.name);
    auto report = bounce();
    report.kind = c.kind;
    report.recipients[0].reason = c.reason;
    CHECK(records::sisimai_records(report, "f", false).size() == c.plain);
    CHECK(records::sisimai_records(report, "f", true).size() == c.all);
  }
  auto feedback = bounce();
  feedback.kind = dsn::Kind::Feedback;
  feedback.feedback_type = "abuse";
  CHECK(field(feedback, "decodedby") == R"("ARF")");
  CHECK(field(feedback, "reason") == R"("feedback")");
  CHECK(field(feedback, "feedbacktype") == R"("abuse")");
  feedback.recipients.clear();
  CHECK(records::sisimai_records(feedback, "f", false).size() == 1);
}

TEST_CASE("the token is that of Sisimai") {
  // As Sisimai 4.25 has it for this sender, recipient and time.
  CHECK(records::sisimai_token("shironeko@mx.example.jp", "r@p351355.pool.example.ne.jp",
                               Timestamp{std::chrono::seconds{1367246741}}) ==
        "d82d8f0a231abc350228f3e3832194d9c11dc07c");
  CHECK(records::sisimai_token("", "a@example.jp", {}) == "");
  CHECK(records::sisimai_token("a@example.jp", "", {}) == "");
}

TEST_CASE("which time Sisimai takes") {
  const auto at = [](const char* text) { return *parse_rfc3339(text); };
  auto report = bounce();
  CHECK(field(report, "timestamp") == "1367246741");
  report.sent = MailDate{at("2013-04-29T10:00:00Z"), -300};
  CHECK(field(report, "timestamp") == "1367229600");
  CHECK(field(report, "timezoneoffset") == R"("-0500")");
  report.recipients[0].attempted = MailDate{at("2013-04-29T11:00:00Z"), {}};
  CHECK(field(report, "timestamp") == "1367233200");
  CHECK(field(report, "timezoneoffset") == R"("+0000")");
  std::string line;
  records::append_records(report, "f", nullptr, line);
  CHECK(line.find(
            R"("sent_at":"2013-04-29T10:00:00.000Z","attempted_at":"2013-04-29T11:00:00.000Z",)") !=
        std::string::npos);
}

TEST_CASE("our own records tell the same under our names") {
  auto report = bounce();
  report.service_message_id = "x1";
  report.recipients[0].said_by = "remote";
  std::string line;
  records::append_records(report, "f", nullptr, line);
  CHECK(line.substr(line.find("\"file\"")) ==
        R"("file":"f","diagnostic_type":"smtp","phase":"rcpt","said_by":"remote",)"
        R"("domain":"example.jp","sender":"News@Shop.example","sender_domain":"shop.example",)"
        R"("service_message_id":"x1","list_id":"news.shop.example",)"
        R"("feedback_id":"spring:1:news:shop","utc_offset":"+0900","token":")" +
            records::sisimai_token("news@shop.example", "b@例え.jp", *report.time) + "\"}\n");
}

TEST_CASE("offsets from UTC as text") {
  CHECK(records::utc_offset_text(540) == "+0900");
  CHECK(records::utc_offset_text(-210) == "-0330");
  CHECK(records::utc_offset_text(0) == "+0000");
}

}  // namespace sisimai_record_test
