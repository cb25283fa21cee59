#include <nlohmann/json.hpp>

#include "base/text.h"
#include "dsn/ownership.h"
#include "dsn/service_events/event.h"

/// SendGrid's event webhook. Arguments of the sender's own stand beside the event's fields.
namespace hagaki::dsn::events {
namespace {

std::string campaign_of(const Json& event) {
  for (const char* key : {"marketing_campaign_name", "singlesend_name"}) {
    if (auto name = text(event, key); !name.empty()) return name;
  }
  const auto categories = texts(member(event, "category"));
  return categories.size() == 1 ? categories.front() : std::string();
}

Result<void> read_undelivered(const std::string& what, const Json& event,
                              const reason::Rules& rules, Report& out) {
  Said said;
  said.recipient = text(event, "email");
  said.status = text(event, "status");
  std::string type = what + '/' + text(event, "bounce_classification");
  if (what == "delivered" || what == "deferred") {
    said.action = what == "delivered" ? "delivered" : "delayed";
    said.words = text(event, "response");
    if (said.words.empty()) said.words = text(event, "reason");
  } else {
    said.action = "failed";
    said.words = text(event, "reason");
  }
  // "Spam Content (if Spam Checker app is enabled)"
  if (what == "dropped") type = "dropped/" + said.words.substr(0, said.words.find(" ("));
  if (!add_recipient(std::move(said), type_of("sendgrid", type), rules, out)) {
    return fail(ErrorCode::Syntax, "no \"email\" in the event");
  }
  return {};
}

}  // namespace

Result<void> read_sendgrid(const Json& event, const reason::Rules& rules,
                           std::vector<Report>& out) {
  const std::string what = ascii_lower(text(event, "event"));
  if (what.empty()) return fail(ErrorCode::Syntax, "no event of SendGrid");
  Report report;
  report.origin = "SendGrid";
  report.time = time_of(member(event, "timestamp"));
  report.message_id = message_id_of(text(event, "smtp-id"));
  report.service_message_id = text(event, "sg_message_id");
  if (what == "bounce" || what == "blocked" || what == "dropped" || what == "deferred" ||
      what == "delivered") {
    const auto kind = what == "blocked" ? std::string("bounce") : what;
    if (auto ok = read_undelivered(kind, event, rules, report); !ok) return ok;
  } else {
    if (what == "spamreport") {
      report.kind = Kind::Feedback;
      report.feedback_type = "abuse";
    } else if (what == "unsubscribe" || what == "group_unsubscribe") {
      report.kind = Kind::Unsubscribe;
    }
    if (!add_named(text(event, "email"), report) && report.kind != Kind::Other) {
      return fail(ErrorCode::Syntax, "no \"email\" in the event");
    }
  }
  name_campaign(report, event, campaign_of(event));
  out.push_back(std::move(report));
  return {};
}

}  // namespace hagaki::dsn::events
