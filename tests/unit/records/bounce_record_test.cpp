#include "records/bounce_record.h"

#include <doctest/doctest.h>

#include <functional>
#include <string>

#include "base/limits.h"

namespace bounce_record_test {

using namespace hagaki;

namespace {

dsn::Report bounce() {
  dsn::Report report;
  report.kind = dsn::Kind::Bounce;
  dsn::Recipient r;
  r.email = "a@shop.example";
  r.final_recipient = "b@shop.example";
  r.action = "failed";
  r.diagnostic = "no such user";
  r.reason = "userunknown";
  report.recipients.push_back(std::move(r));
  return report;
}

std::string line_of(const dsn::Report& report) {
  std::string lines;
  records::append_records(report, "f", nullptr, lines);
  REQUIRE(lines.find('\n') + 1 == lines.size());
  lines.pop_back();
  return lines;
}

constexpr std::string_view kPlain =
    R"({"type":"bounce","v":1,"email":"a@shop.example","final_recipient":"b@shop.example",)"
    R"("action":"failed","diagnostic":"no such user","reason":"userunknown","hard":false,)"
    R"("file":"f","domain":"shop.example"})";

}  // namespace

TEST_CASE("control characters of a mail never come into a record") {
  CHECK(line_of(bounce()) == kPlain);
  const auto without = [](std::string_view field, std::string_view second = {}) {
    std::string out(kPlain);
    out.erase(out.find(field), field.size());
    out.erase(out.find(second), second.size());
    return out;
  };
  const auto before_file = [](std::string_view field) {
    std::string out(kPlain);
    return out.insert(out.find(R"("file")"), field);
  };
  struct Case {
    std::string name;
    std::function<void(dsn::Report&)> change;
    std::string want;
  };
  const Case cases[] = {
      {"NUL and DEL in the diagnostic",
       [](auto& r) { r.recipients[0].diagnostic = std::string("no\0 su\x7F", 7) + "ch\x1B user"; },
       std::string(kPlain)},
      {"a tab is white space", [](auto& r) { r.recipients[0].diagnostic = "no\tsuch\r\nuser"; },
       std::string(kPlain)},
      {"an address with ESC is none", [](auto& r) { r.recipients[0].email = "a\x1B@shop.example"; },
       without(R"("email":"a@shop.example",)", R"(,"domain":"shop.example")")},
      {"a final recipient with ESC is none",
       [](auto& r) { r.recipients[0].final_recipient = "b@shop.example\x1B[2J"; },
       without(R"("final_recipient":"b@shop.example",)")},
      {"subject", [](auto& r) { r.subject = "\x1B]0;x\x07News"; },
       before_file(R"("subject":"]0;xNews",)")},
      {"subject of control characters alone", [](auto& r) { r.subject = "\x01\x02"; },
       std::string(kPlain)},
      {"UTF-8 stays", [](auto& r) { r.subject = "春\x02のセール"; },
       before_file(R"("subject":"春のセール",)")},
      {"Message-ID", [](auto& r) { r.message_id = "1\x01@shop.example"; },
       before_file(R"("message_id":"1@shop.example",)")},
      {"campaign", [](auto& r) { r.campaign = "spr\ning"; },
       before_file(R"("campaign":"spr ing",)")},
      {"envelope sender", [](auto& r) { r.envelope_sender = "x\x01@shop.example"; },
       std::string(kPlain)},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    auto report = bounce();
    c.change(report);
    CHECK(line_of(report) == c.want);
  }
}

TEST_CASE("a record never passes the bound of a line, whatever a mail says") {
  const std::string huge(3u << 20, 'x');
  for (const auto kind : {dsn::Kind::Bounce, dsn::Kind::Feedback, dsn::Kind::Vacation,
                          dsn::Kind::Unsubscribe, dsn::Kind::Other}) {
    CAPTURE(static_cast<int>(kind));
    // Bytes that are no UTF-8 grow when they are replaced.
    for (const auto& value : {huge, std::string(3u << 20, '\xFF')}) {
      dsn::Report report;
      report.kind = kind;
      report.recipients.push_back({value,
                                   value,
                                   value,
                                   "failed",
                                   "5.1.1",
                                   550,
                                   value,
                                   value,
                                   "remote",
                                   {},
                                   value,
                                   "rcpt",
                                   "userunknown",
                                   true,
                                   "rule"});
      for (auto* field : {&report.reporting_mta, &report.origin, &report.feedback_type,
                          &report.source_ip, &report.from, &report.campaign, &report.message_id,
                          &report.envelope_sender, &report.sender, &report.subject, &report.list_id,
                          &report.feedback_id, &report.service_message_id}) {
        *field = value;
      }
      CHECK(line_of(report).size() < limits::kRecordLine / 10);
    }
  }
}

TEST_CASE("a long text is cut between characters, a long address is none") {
  auto report = bounce();
  report.recipients[0].email = std::string(990, 'a') + "@shop.example";
  for (int i = 0; i < 400; ++i) report.subject += "春";
  const auto line = line_of(report);
  CHECK(line.find("\"email\"") == std::string::npos);
  std::string want = "\"subject\":\"";
  for (int i = 0; i < 332; ++i) want += "春";
  CHECK(line.find(want + '"') != std::string::npos);
}

}  // namespace bounce_record_test
