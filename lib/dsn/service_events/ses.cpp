#include <nlohmann/json.hpp>

#include "base/text.h"
#include "dsn/delivery_status.h"
#include "dsn/ownership.h"
#include "dsn/service_events/event.h"

/// Amazon SES: notifications ("notificationType") and published events ("eventType"), whose parts
/// have the same form.
namespace hagaki::dsn::events {
namespace {

/// The value of a header of the mail, as far as the event has headers.
std::string header(const Json& mail, std::string_view name) {
  const Json& headers = member(mail, "headers");
  if (!headers.is_array()) return {};
  for (const auto& field : headers) {
    if (ascii_iequals(text(field, "name"), name)) return text(field, "value");
  }
  return {};
}

std::string host_of(const std::string& value) {
  return std::string(trim(without_type(value)));
}

void read_mail(const Json& mail, Report& out) {
  const Json& common = member(mail, "commonHeaders");
  out.service_message_id = text(mail, "messageId");
  if (const auto sent = time_of(member(mail, "timestamp"))) out.sent = MailDate{*sent, {}};
  out.message_id = message_id_of(text(common, "messageId"));
  if (out.message_id.empty()) out.message_id = message_id_of(header(mail, "Message-ID"));
  out.envelope_sender = address_of(text(mail, "source"));
  const auto from = texts(member(common, "from"));
  out.sender = address_of(from.empty() ? header(mail, "From") : from.front());
  out.subject = text(common, "subject");
  if (out.subject.empty()) out.subject = header(mail, "Subject");
  out.list_id = list_id_of(header(mail, "List-Id"));
  out.feedback_id = header(mail, "Feedback-ID");
}

/// All to whom the mail went, where the event names nobody.
Result<void> add_destinations(const Json& mail, const Said& said, const Type& type,
                              const reason::Rules& rules, Report& out) {
  for (auto& to : texts(member(mail, "destination"))) {
    Said each = said;
    each.recipient = std::move(to);
    add_recipient(std::move(each), type, rules, out);
  }
  if (out.recipients.empty()) return fail(ErrorCode::Syntax, "no \"destination\"");
  return {};
}

Result<void> read_refused(const Json& part, const char* list, const Type& type,
                          std::string_view action, const reason::Rules& rules, Report& out) {
  out.reporting_mta = host_of(text(part, "reportingMTA"));
  const Json& recipients = member(part, list);
  if (!recipients.is_array() || recipients.empty()) {
    return fail(ErrorCode::Syntax, std::string("no \"") + list + '"');
  }
  for (const auto& r : recipients) {
    Said said;
    said.recipient = text(r, "emailAddress");
    said.action = ascii_lower(text(r, "action"));
    if (said.action != "failed" && said.action != "delayed") said.action = action;
    said.status = text(r, "status");
    said.words = text(r, "diagnosticCode");
    if (!type.own) said.remote_mta = text(part, "remoteMtaIp");
    if (!add_recipient(std::move(said), type, rules, out)) {
      return fail(ErrorCode::Syntax, "a recipient without \"emailAddress\"");
    }
  }
  return {};
}

Result<void> read_complaint(const Json& part, const Json& mail, const reason::Rules& rules,
                            Report& out) {
  if (const auto sub = text(part, "complaintSubType"); !sub.empty()) {
    // Nobody complained now: SES did not send, because somebody has before.
    Said said;
    said.words = "Amazon SES did not send: complaint, " + sub;
    return add_destinations(mail, said, type_of("ses", "complaint/" + sub), rules, out);
  }
  out.kind = Kind::Feedback;
  out.feedback_type = ascii_lower(text(part, "complaintFeedbackType"));
  if (out.feedback_type.empty()) out.feedback_type = "abuse";
  const Json& who = member(part, "complainedRecipients");
  if (who.is_array()) {
    for (const auto& r : who) add_named(text(r, "emailAddress"), out);
  }
  return {};
}

Result<void> read_delivery(const Json& part, const Json& mail, const reason::Rules& rules,
                           Report& out) {
  out.reporting_mta = host_of(text(part, "reportingMTA"));
  auto recipients = texts(member(part, "recipients"));
  if (recipients.empty()) recipients = texts(member(mail, "destination"));
  for (auto& to : recipients) {
    Said said;
    said.recipient = std::move(to);
    said.action = "delivered";
    said.words = text(part, "smtpResponse");
    said.remote_mta = text(part, "remoteMtaIp");
    add_recipient(std::move(said), {}, rules, out);
  }
  if (out.recipients.empty()) return fail(ErrorCode::Syntax, "no \"recipients\"");
  return {};
}

/// Somebody left by SES' own subscription page or List-Unsubscribe; or came back.
void read_subscription(const Json& part, const Json& mail, Report& out) {
  const Json& now = member(part, "newTopicPreferences");
  const Json& all = member(now, "unsubscribeAll");
  bool left = all.is_boolean() && all.get<bool>();
  const Json& topics = member(now, "topicSubscriptionStatus");
  if (topics.is_array()) {
    for (const auto& topic : topics) {
      left = left || ascii_iequals(text(topic, "subscriptionStatus"), "OptOut");
    }
  }
  if (left) out.kind = Kind::Unsubscribe;
  for (const auto& to : texts(member(mail, "destination"))) add_named(to, out);
}

Result<void> read_event(const std::string& what, const Json& event, const Json& mail,
                        const reason::Rules& rules, Report& out) {
  const auto part_of = [&](const char* key) -> const Json& {
    const Json& part = member(event, key);
    out.time = time_of(member(part, "timestamp"));
    return part;
  };
  if (what == "bounce") {
    const Json& part = part_of("bounce");
    const auto& type =
        type_of("ses", "bounce/" + text(part, "bounceType") + '/' + text(part, "bounceSubType"));
    return read_refused(part, "bouncedRecipients", type, "failed", rules, out);
  }
  if (what == "deliverydelay") {
    const Json& part = part_of("deliveryDelay");
    return read_refused(part, "delayedRecipients",
                        type_of("ses", "delay/" + text(part, "delayType")), "delayed", rules, out);
  }
  if (what == "complaint") return read_complaint(part_of("complaint"), mail, rules, out);
  if (what == "delivery") return read_delivery(part_of("delivery"), mail, rules, out);
  if (what == "reject" || what == "rendering failure" || what == "renderingfailure") {
    const bool reject = what == "reject";
    const Json& part = part_of(reject ? "reject" : "failure");
    Said said;
    said.words = text(part, reject ? "reason" : "errorMessage");
    const std::string type = reject ? "reject/" + said.words : "rendering";
    return add_destinations(mail, said, type_of("ses", type), rules, out);
  }
  if (what == "subscription") {
    read_subscription(part_of("subscription"), mail, out);
  } else {  // sent, opened, clicked
    for (const auto& to : texts(member(mail, "destination"))) add_named(to, out);
  }
  return {};
}

}  // namespace

Result<void> read_ses(const Json& event, const reason::Rules& rules, std::vector<Report>& out) {
  std::string what = ascii_lower(text(event, "notificationType"));
  if (what.empty()) what = ascii_lower(text(event, "eventType"));
  if (what.empty()) return fail(ErrorCode::Syntax, "no event of Amazon SES");
  Report report;
  report.origin = "Amazon SES";
  const Json& mail = member(event, "mail");
  if (mail.is_object()) {
    read_mail(mail, report);
    if (auto ok = read_event(what, event, mail, rules, report); !ok) return ok;
    if (!report.time) report.time = time_of(member(mail, "timestamp"));
    std::string campaign = header(mail, "X-Campaign");
    if (campaign.empty()) campaign = header(mail, "X-Campaign-ID");
    name_campaign(report, member(mail, "tags"), campaign);
  } else if (what != "amazonsnssubscriptionsucceeded") {
    return fail(ErrorCode::Syntax, "no \"mail\" in the event");
  }
  out.push_back(std::move(report));
  return {};
}

}  // namespace hagaki::dsn::events
