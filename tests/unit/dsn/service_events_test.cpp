#include "dsn/service_events.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "dsn/service_events/event.h"
#include "dsn/service_events/json_objects.h"
#include "joined.h"
#include "reason/judge.h"

namespace service_events_test {

using namespace hagaki;
using dsn::Kind;
using dsn::Service;

namespace {

std::string kind_of(const dsn::Report& report) {
  switch (report.kind) {
    case Kind::Bounce:
      return "bounce";
    case Kind::Feedback:
      return "feedback:" + report.feedback_type;
    case Kind::Vacation:
      return "vacation";
    case Kind::Unsubscribe:
      return "unsubscribe";
    case Kind::Other:
      break;
  }
  return "other";
}

/// "kind email" and of a bounce "action reason hard|soft code status said_by"; then "#campaign".
std::string shown(const dsn::Report& report, const dsn::Recipient& r) {
  std::string out = kind_of(report) + ' ' + r.email;
  if (report.kind == Kind::Bounce) {
    out += ' ' + r.action + ' ' + r.reason + (r.hard ? " hard" : " soft");
    if (r.code != 0) out += ' ' + std::to_string(r.code);
    if (!r.status.empty()) out += ' ' + r.status;
    if (!r.said_by.empty()) out += ' ' + r.said_by;
  }
  return report.campaign.empty() ? out : out + " #" + report.campaign;
}

std::vector<dsn::Report> read_file(const std::string& name, std::optional<Service> service = {}) {
  std::ifstream in(std::string(HAGAKI_TEST_DATA) + "/service-events/" + name, std::ios::binary);
  REQUIRE(in);
  dsn::JsonObjects objects(in);
  std::vector<dsn::Report> out;
  while (const auto object = objects.next()) {
    CAPTURE(object->line);
    CHECK(object->broken == "");
    auto events = dsn::read_service_events(object->text, service, reason::Rules::embedded());
    REQUIRE(events);
    for (const auto& error : events->bad) FAIL_CHECK(error.text());
    for (auto& report : events->reports) out.push_back(std::move(report));
  }
  return out;
}

std::vector<std::string> shown_file(const std::string& name, std::optional<Service> service = {}) {
  std::vector<std::string> out;
  for (const auto& report : read_file(name, service)) {
    if (report.recipients.empty()) out.push_back(kind_of(report));
    for (const auto& r : report.recipients) out.push_back(shown(report, r));
  }
  return out;
}

}  // namespace

TEST_CASE("what each event of the data becomes, with the service named or found") {
  struct Case {
    const char* file;
    Service service;
    std::vector<std::string> want;
  };
  const std::vector<Case> cases = {
      {"ses-sns.json",
       Service::Ses,
       {"bounce hanako@example.co.jp failed userunknown hard 550 5.1.1 remote #spring"}},
      {"ses.jsonl",
       Service::Ses,
       {"bounce jiro@example.com failed suppressed soft service #spring",
        "bounce saburo@example.com failed suppressed soft service",
        "bounce shiro@example.com failed userunknown hard",
        "bounce goro@example.com failed mailboxfull soft 452 4.0.0 remote",
        "bounce rokuro@example.com failed mailboxfull soft 552 5.2.2 remote",
        "bounce nanami@example.com failed blocked soft 550 5.7.1 remote",
        "feedback:abuse hachiro@example.com",
        "bounce kuro@example.com failed suppressed soft service",
        "bounce juro@example.com delivered delivered soft 250 2.6.0 remote",
        "bounce ichika@example.com delayed networkerror soft 421 4.4.1 remote",
        "bounce futaba@example.com delayed blocked soft 421 4.0.0 remote",
        "bounce mitsuba@example.com failed virusdetected soft service",
        "bounce yotsuba@example.com failed contenterror soft service",
        "unsubscribe itsuki@example.com",
        "other mutsumi@example.com",
        "other",
        "other",
        "bounce lambda@example.com failed hostunknown hard 550 5.1.2 remote",
        "bounce queue@example.com failed suspend soft 550 5.2.1 remote",
        "bounce bus@example.com failed undefined soft"}},
      {"sendgrid.json",
       Service::SendGrid,
       {"bounce hanako@example.co.jp failed userunknown hard 550 5.1.1 remote #spring",
        "bounce jiro@example.com failed userunknown hard 500 5.0.0 remote #winter",
        "bounce saburo@example.com failed badreputation soft 554 5.0.0 remote",
        "bounce shiro@example.com failed suppressed soft service",
        "bounce goro@example.com failed suppressed soft service",
        "bounce rokuro@example.com failed spamdetected soft service",
        "bounce nanami@example.com delayed systemfull soft 452 4.3.1 remote",
        "feedback:abuse hachiro@example.com #spring", "unsubscribe kuro@example.com",
        "unsubscribe juro@example.com",
        "bounce ichika@example.com delivered delivered soft 250 remote",
        "other futaba@example.com"}},
      {"mailgun.jsonl",
       Service::Mailgun,
       {"bounce hanako@example.co.jp failed userunknown hard 550 5.1.1 remote #spring",
        "bounce jiro@example.com failed suppressed soft service #spring",
        "bounce saburo@example.com failed suppressed soft service #spring",
        "bounce shiro@example.com delayed mailboxfull soft 452 4.2.2 remote #spring",
        "bounce goro@nosuch.example failed networkerror soft service #spring",
        "bounce rokuro@example.com failed expired soft service #spring",
        "feedback:abuse nanami@example.com #winter", "unsubscribe hachiro@example.com #summer",
        "bounce kuro@example.com delivered delivered soft 250 remote #spring",
        "bounce juro@example.com failed onhold soft service #spring",
        "other ichika@example.com #spring"}},
      {"mailgun-api.json",
       Service::Mailgun,
       {"bounce futaba@example.com failed spamdetected soft 550 5.7.1 remote #spring",
        "other mitsuba@example.com #spring"}},
      {"postmark.jsonl",
       Service::Postmark,
       {"bounce hanako@example.co.jp failed userunknown hard 550 5.1.1 remote #spring",
        "bounce jiro@example.com failed userunknown hard #spring",
        "bounce saburo@example.com failed badreputation soft 554 5.7.1 remote #spring",
        "bounce shiro@example.com failed mailboxfull soft 452 4.2.2 remote #spring",
        "bounce goro@example.com delayed networkerror soft #spring",
        "bounce rokuro@example.com failed networkerror soft #spring",
        "bounce nanami@example.com failed blocked soft 554 remote #spring",
        "bounce hachiro@example.com failed suppressed soft service #spring",
        "bounce kuro@example.com failed authfailure soft 554 remote #spring",
        "vacation juro@example.com #spring", "unsubscribe ichika@example.com #spring",
        "feedback:abuse futaba@example.com #spring", "unsubscribe mitsuba@example.com #spring",
        "bounce yotsuba@example.com failed suppressed soft service #spring",
        "other itsuki@example.com #spring",
        "bounce mutsumi@example.com delivered delivered soft 250 2.0.0 remote #spring",
        "other nanao@example.com #spring"}},
      {"postmark-api.json",
       Service::Postmark,
       {"bounce yae@example.com failed systemfull soft 452 4.3.1 remote #spring",
        "bounce kokono@example.com failed systemerror soft service #winter"}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.file);
    CHECK(joined(shown_file(c.file)) == joined(c.want));
    CHECK(joined(shown_file(c.file, c.service)) == joined(c.want));
  }
}

TEST_CASE("an event tells the mail that it is about") {
  const auto reports = read_file("ses-sns.json");
  REQUIRE(reports.size() == 1);
  const auto& r = reports.front();
  CHECK(r.origin == "Amazon SES");
  CHECK(r.reporting_mta == "e1-2.smtp-out.ap-northeast-1.amazonses.com");
  CHECK(r.message_id == "k3v9@news.example.jp");
  CHECK(r.service_message_id == "0106018f0000aaaa-11112222-3333-4444-5555-666677778888-000000");
  CHECK(r.envelope_sender == "bounces+hanako=example.co.jp=spring@news.example.jp");
  CHECK(r.sender == "info@news.example.jp");
  CHECK(r.subject == "春のお知らせ");
  CHECK(r.list_id == "news.example.jp");
  CHECK(r.feedback_id == "spring:news:example");
  REQUIRE(r.time);
  CHECK(format_rfc3339(*r.time) == "2026-11-20T03:00:04.000Z");
  REQUIRE(r.recipients.size() == 1);
  CHECK(r.recipients[0].diagnostic_type == "smtp");
  CHECK(r.recipients[0].remote_mta == "192.0.2.25");
  CHECK(r.recipients[0].diagnostic.starts_with("550 5.1.1 <hanako@example.co.jp>: Recipient"));

  const auto mailgun = read_file("mailgun.jsonl");
  REQUIRE(mailgun[0].time);
  CHECK(format_rfc3339(*mailgun[0].time) == "2025-11-20T03:00:00.096Z");
  CHECK(mailgun[0].recipients[0].remote_mta == "mx.example.co.jp");
  const auto postmark = read_file("postmark.jsonl");
  REQUIRE(postmark[0].time);
  CHECK(format_rfc3339(*postmark[0].time) == "2026-11-20T07:33:54.907Z");
  // What a service says about a type of events is no server's word, but better than nothing.
  CHECK(postmark[1].recipients[0].diagnostic.starts_with("The server was unable"));
}

TEST_CASE("the return path says whose mail it was") {
  const auto events = dsn::read_service_events(
      R"({"notificationType":"Bounce","bounce":{"bounceType":"Permanent","bounceSubType":"General",
      "bouncedRecipients":[{"emailAddress":"forwarded@example.net"}]},
      "mail":{"source":"bounces+hanako=example.co.jp=spring@news.example.jp"}})",
      {}, reason::Rules::embedded());
  REQUIRE(events);
  REQUIRE(events->reports.size() == 1);
  CHECK(events->reports[0].recipients[0].email == "hanako@example.co.jp");
  CHECK(events->reports[0].recipients[0].final_recipient == "forwarded@example.net");
}

TEST_CASE("what cannot be read is told") {
  struct Case {
    const char* name;
    const char* json;
    std::optional<Service> service;
    const char* want;
  };
  const std::vector<Case> cases = {
      {"not JSON", R"({"a":})", {}, "not valid JSON"},
      {"an array", "[]", {}, "no JSON object"},
      {"empty", "{}", {}, "an empty object"},
      {"of nobody", R"({"a":1})", {}, "no event of a mail service that is known"},
      {"our own record",
       R"({"type":"bounce","v":1,"email":"a@example.jp","action":"failed"})",
       {},
       "no event of a mail service that is known"},
      {"of another service", R"({"event":"bounce","email":"a@example.jp"})", Service::Ses,
       "no event of Amazon SES"},
      {"no address", R"({"event":"bounce","email":"nobody"})", {}, "no \"email\" in the event"},
      {"no recipients",
       R"({"notificationType":"Bounce","bounce":{},"mail":{}})",
       {},
       "no \"bouncedRecipients\""},
      {"no mail", R"({"notificationType":"Bounce","bounce":{}})", {}, "no \"mail\" in the event"},
      {"another notification",
       R"({"Type":"Notification","TopicArn":"a","Message":"disk full"})",
       {},
       "a message that is no JSON object"},
      {"an alarm",
       R"({"Type":"Notification","TopicArn":"a","Message":"{\"AlarmName\":\"x\"}"})",
       {},
       "no event of a mail service that is known"},
      {"wrong types", R"({"event":["bounce"],"email":{"a":1}})", Service::SendGrid,
       "no event of SendGrid"},
      {"Mailgun without recipient",
       R"({"event":"failed","log-level":"error"})",
       {},
       "no \"recipient\" in the event"},
      {"Postmark without address",
       R"({"RecordType":"Bounce","Type":"HardBounce"})",
       {},
       "no address in the event"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto events = dsn::read_service_events(c.json, c.service, reason::Rules::embedded());
    if (!events) {
      CHECK(events.error().text() == c.want);
    } else {
      REQUIRE(events->bad.size() == 1);
      CHECK(events->bad[0].text() == c.want);
      CHECK(events->reports.empty());
    }
  }
}

TEST_CASE("one bad event of several costs only itself") {
  const auto events = dsn::read_service_events(
      R"({"items":[{"event":"failed"},{"event":"complained","recipient":"a@example.jp"},7]})", {},
      reason::Rules::embedded());
  REQUIRE(events);
  CHECK(events->reports.size() == 1);
  CHECK(events->bad.size() == 2);
}

TEST_CASE("wrappings have an end") {
  std::string json = "1";
  for (int i = 0; i < 40; ++i) json = "{\"Records\":[" + json + "]}";
  const auto events = dsn::read_service_events(json, {}, reason::Rules::embedded());
  REQUIRE(events);
  CHECK(events->reports.empty());
  CHECK(events->bad.size() == 1);
}

TEST_CASE("services by name") {
  CHECK(dsn::service_named("ses") == Service::Ses);
  CHECK(dsn::service_named("postmark") == Service::Postmark);
  CHECK_FALSE(dsn::service_named("SES"));
  CHECK_FALSE(dsn::service_named(""));
  CHECK(dsn::events::type_of("ses", "bounce/permanent/noemail").reason == "userunknown");
  CHECK(dsn::events::type_of("sendgrid", "dropped/whatever").own);
  CHECK_FALSE(dsn::events::type_of("nosuch", "x").own);
}

}  // namespace service_events_test
