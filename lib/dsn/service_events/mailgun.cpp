#include <nlohmann/json.hpp>

#include "base/text.h"
#include "dsn/ownership.h"
#include "dsn/service_events/event.h"

/// Mailgun's events, the same from web hooks and from the events API.
namespace hagaki::dsn::events {
namespace {

std::string campaign_of(const Json& event) {
  const Json& campaigns = member(event, "campaigns");
  if (campaigns.is_array() && !campaigns.empty()) {
    for (const char* key : {"name", "id"}) {
      if (auto name = text(campaigns.front(), key); !name.empty()) return name;
    }
  }
  const auto tags = texts(member(event, "tags"));
  return tags.size() == 1 ? tags.front() : std::string();
}

Result<void> read_outcome(const std::string& what, const Json& event, const reason::Rules& rules,
                          Report& out) {
  const Json& status = member(event, "delivery-status");
  Said said;
  said.recipient = text(event, "recipient");
  said.status = text(status, "enhanced-code");
  said.words = text(status, "message");
  if (said.words.empty()) said.words = text(status, "description");
  said.remote_mta = text(status, "mx-host");
  const Json& code = member(status, "code");
  if (code.is_number_integer()) said.code = code.get<int>();
  Type type = type_of("mailgun", what + '/' + text(event, "reason"));
  if (what == "delivered") {
    said.action = "delivered";
    if (said.words.empty() && said.code != 0) said.words = std::to_string(said.code);
  } else if (what == "rejected") {
    const Json& reject = member(event, "reject");
    said.words = text(reject, "reason");
    said.note = text(reject, "description");
    if (said.recipient.empty()) {
      said.recipient = text(member(member(event, "message"), "headers"), "to");
    }
  } else {
    said.action = text(event, "severity") == "temporary" ? "delayed" : "failed";
    // Codes that SMTP has not are Mailgun's own: 498 no MX, 605 bounced before.
    if (said.code >= 600 || said.code / 10 % 10 > 5) type.own = true;
  }
  if (type.own) said.remote_mta.clear();
  if (!add_recipient(std::move(said), type, rules, out)) {
    return fail(ErrorCode::Syntax, "no \"recipient\" in the event");
  }
  return {};
}

}  // namespace

Result<void> read_mailgun(const Json& event, const reason::Rules& rules, std::vector<Report>& out) {
  const std::string what = ascii_lower(text(event, "event"));
  if (what.empty()) return fail(ErrorCode::Syntax, "no event of Mailgun");
  Report report;
  report.origin = "Mailgun";
  report.time = time_of(member(event, "timestamp"));
  const Json& headers = member(member(event, "message"), "headers");
  report.message_id = message_id_of(text(headers, "message-id"));
  report.sender = address_of(text(headers, "from"));
  report.subject = text(headers, "subject");
  report.envelope_sender = address_of(text(member(event, "envelope"), "sender"));
  if (what == "failed" || what == "delivered" || what == "rejected") {
    if (auto ok = read_outcome(what, event, rules, report); !ok) return ok;
  } else {
    if (what == "complained") {
      report.kind = Kind::Feedback;
      report.feedback_type = "abuse";
    } else if (what == "unsubscribed") {
      report.kind = Kind::Unsubscribe;
    }
    if (!add_named(text(event, "recipient"), report) && report.kind != Kind::Other) {
      return fail(ErrorCode::Syntax, "no \"recipient\" in the event");
    }
  }
  name_campaign(report, member(event, "user-variables"), campaign_of(event));
  out.push_back(std::move(report));
  return {};
}

}  // namespace hagaki::dsn::events
