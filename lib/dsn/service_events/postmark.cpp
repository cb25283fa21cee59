#include <nlohmann/json.hpp>

#include "base/text.h"
#include "dsn/service_events/event.h"

/// Postmark's web hooks ("RecordType") and the bounces of its API, which have the same fields.
namespace hagaki::dsn::events {
namespace {

Result<void> no_address() {
  return fail(ErrorCode::Syntax, "no address in the event");
}

Result<void> read_bounce(const Json& event, const reason::Rules& rules, Report& out) {
  const std::string name = text(event, "Type");
  const std::string email = text(event, "Email");
  if (name == "SpamComplaint") {
    out.kind = Kind::Feedback;
    out.feedback_type = "abuse";
  } else if (name == "Unsubscribe") {
    out.kind = Kind::Unsubscribe;
  } else if (name == "AutoResponder" || name == "AddressChange") {
    out.kind = Kind::Vacation;
  } else if (name != "Subscribe" && name != "OpenRelayTest" && name != "InboundError") {
    Said said;
    said.recipient = email;
    said.words = text(event, "Details");
    said.note = text(event, "Description");
    if (!add_recipient(std::move(said), type_of("postmark", name), rules, out)) return no_address();
    return {};
  }
  if (!add_named(email, out) && out.kind != Kind::Other) return no_address();
  return {};
}

/// Sending to somebody was switched off or on again.
Result<void> read_change(const Json& event, const reason::Rules& rules, Report& out) {
  const std::string why = text(event, "SuppressionReason");
  const std::string who = text(event, "Origin");
  const Json& off = member(event, "SuppressSending");
  const std::string email = text(event, "Recipient");
  if (off.is_boolean() && off.get<bool>()) {
    if (why == "SpamComplaint") {
      out.kind = Kind::Feedback;
      out.feedback_type = "abuse";
    } else if (why == "ManualSuppression" && who == "Recipient") {
      out.kind = Kind::Unsubscribe;
    } else {
      Said said;
      said.recipient = email;
      said.words = "Postmark sends no more: " + (why.empty() ? std::string("suppressed") : why);
      if (!add_recipient(std::move(said), {true, "suppressed", {}}, rules, out)) {
        return no_address();
      }
      return {};
    }
  }
  if (!add_named(email, out) && out.kind != Kind::Other) return no_address();
  return {};
}

Result<void> read_record(const std::string& what, const Json& event, const reason::Rules& rules,
                         Report& out) {
  if (what == "Bounce" || what == "SpamComplaint") {
    out.time = time_of(member(event, "BouncedAt"));
    return read_bounce(event, rules, out);
  }
  if (what == "SubscriptionChange") {
    out.time = time_of(member(event, "ChangedAt"));
    return read_change(event, rules, out);
  }
  if (what == "Delivery") {
    out.time = time_of(member(event, "DeliveredAt"));
    Said said;
    said.recipient = text(event, "Recipient");
    said.action = "delivered";
    said.words = text(event, "Details");
    if (!add_recipient(std::move(said), {}, rules, out)) return no_address();
    return {};
  }
  out.time = time_of(member(event, "ReceivedAt"));
  add_named(text(event, "Recipient"), out);
  return {};
}

}  // namespace

Result<void> read_postmark(const Json& event, const reason::Rules& rules,
                           std::vector<Report>& out) {
  std::string what = text(event, "RecordType");
  if (what.empty() && !text(event, "Type").empty() && !text(event, "Email").empty()) {
    what = "Bounce";
  }
  if (what.empty()) return fail(ErrorCode::Syntax, "no event of Postmark");
  Report report;
  report.origin = "Postmark";
  report.service_message_id = text(event, "MessageID");
  report.sender = address_of(text(event, "From"));
  report.subject = text(event, "Subject");
  if (auto ok = read_record(what, event, rules, report); !ok) return ok;
  name_campaign(report, member(event, "Metadata"), text(event, "Tag"));
  out.push_back(std::move(report));
  return {};
}

}  // namespace hagaki::dsn::events
