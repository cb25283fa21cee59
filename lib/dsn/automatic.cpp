#include "dsn/automatic.h"

#include <algorithm>

#include "base/text.h"
#include "dsn/delivery_status.h"

namespace hagaki::dsn {
namespace {

/// The first part of this type that no attached mail holds.
const mime::Part* own_part(const mime::Message& message, std::string_view type) {
  std::size_t below = 0;
  for (const auto& part : message.parts()) {
    if (below > 0 && part.depth >= below) continue;
    below = 0;
    if (part.type.type == type) return &part;
    if (part.type.is("message")) below = part.depth + 1;
  }
  return nullptr;
}

void add_recipient(const std::string& address, Report& out) {
  if (address.empty() || out.recipients.size() >= kMaxRecipients) return;
  Recipient recipient;
  recipient.final_recipient = address;
  out.recipients.push_back(std::move(recipient));
}

bool begins_with_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view w) { return ascii_istarts_with(text, w); });
}

/// Microsoft's junk mail reporting: the mail complained about, attached, with the recipient in a
/// field of its own, and no feedback part.
bool read_jmrp(const mime::Message& message, Report& out) {
  if (!ascii_istarts_with(trim(message.headers().text("subject")),
                          "complaint about message from")) {
    return false;
  }
  const auto* attached = own_part(message, "message/rfc822");
  if (attached == nullptr || attached->children.empty()) return false;
  const auto& headers = message.parts()[attached->children.front()].headers;
  auto recipient = recipient_address(headers.get("x-hmxmroriginalrecipient"));
  if (recipient.empty()) recipient = recipient_address(headers.get("to"));
  if (recipient.empty()) return false;
  out.kind = Kind::Feedback;
  out.feedback_type = "abuse";
  out.origin = "Microsoft JMRP";
  add_recipient(recipient, out);
  return true;
}

std::string sender_of(const mime::Headers& headers) {
  for (const char* name : {"from", "sender", "return-path"}) {
    const auto found = mime::addresses_of(headers.get(name));
    if (!found.empty()) return found.front();
  }
  return {};
}

bool is_mailer(std::string_view address) {
  return begins_with_any(address, {"mailer-daemon@", "mailerdaemon@", "mailer_daemon@",
                                   "postmaster@", "mail-daemon@", "mdaemon@", "root@"});
}

}  // namespace

bool read_feedback(const mime::Message& message, Report& out) {
  const auto* part = own_part(message, "message/feedback-report");
  if (part == nullptr) return read_jmrp(message, out);
  std::string buffer;
  const std::string body(part->bytes(buffer));
  const auto fields = mime::Headers::parse_groups(body);
  out.kind = Kind::Feedback;
  out.feedback_type = ascii_lower(to_valid_utf8(trim(fields.get("feedback-type"))));
  if (out.feedback_type.empty()) out.feedback_type = "abuse";
  for (const char* name : {"original-rcpt-to", "removal-recipient"}) {
    for (const auto& field : fields.fields()) {
      if (ascii_iequals(field.name, name)) add_recipient(recipient_address(field.value), out);
    }
    if (!out.recipients.empty()) break;
  }
  const auto sender = mime::addresses_of(fields.get("original-mail-from"));
  if (!sender.empty()) out.envelope_sender = sender.front();
  out.source_ip = squeeze(to_valid_utf8(fields.get("source-ip")));
  out.reporting_mta = std::string(without_type(fields.get("reporting-mta")));
  out.origin = squeeze(to_valid_utf8(fields.get("user-agent")));
  return true;
}

bool read_vacation(const mime::Message& message, Report& out) {
  const auto& headers = message.headers();
  const std::string subject = headers.text("subject");
  const auto automatic = headers.get("auto-submitted");
  const auto precedence = headers.get("precedence");
  const bool marked = ascii_istarts_with(automatic, "auto-replied") ||
                      headers.find("x-autoreply") || headers.find("x-autorespond") ||
                      headers.find("x-autoreply-from") || headers.find("x-auto-reply") ||
                      ascii_istarts_with(precedence, "auto_reply") ||
                      ascii_istarts_with(headers.get("x-precedence"), "auto_reply") ||
                      ascii_istarts_with(headers.get("delivered-to"), "autoresponder");
  const bool titled = begins_with_any(subject, {"out of office",
                                                "automatic reply:",
                                                "auto reply:",
                                                "auto-reply:",
                                                "auto:",
                                                "autoreply:",
                                                "autoreply from",
                                                "auto response",
                                                "vacation:",
                                                "away from",
                                                "away until",
                                                "out of the office",
                                                "自動応答",
                                                "自動返信",
                                                "【自動応答】",
                                                "【自動返信】",
                                                "[自動返信]",
                                                "不在通知",
                                                "不在:",
                                                "不在：",
                                                "respuesta automática",
                                                "réponse automatique",
                                                "automatische antwort",
                                                "abwesenheit"});
  if (!marked && !titled) return false;
  const auto from = sender_of(headers);
  // A mailer answers automatically too, but nobody is away: a bounce that no dialect knows.
  if (from.empty() || is_mailer(from)) return false;
  out.kind = Kind::Vacation;
  add_recipient(from, out);
  return true;
}

bool read_unsubscribe(const mime::Message& message, Report& out) {
  const auto& headers = message.headers();
  const std::string subject = squeeze(headers.text("subject"));
  bool asked = ascii_iequals(subject, "unsubscribe") ||
               ascii_istarts_with(subject, "unsubscribe ") ||
               headers.find("x-apple-unsubscribe").has_value();
  for (const char* name : {"to", "delivered-to", "x-original-to"}) {
    for (const auto& address : mime::addresses_of(headers.get(name))) {
      asked = asked || begins_with_any(address, {"unsubscribe", "unsub-", "unsub+", "unsub@",
                                                 "opt-out", "optout", "list-unsubscribe"});
    }
  }
  if (!asked) return false;
  const auto from = sender_of(headers);
  if (from.empty()) return false;
  out.kind = Kind::Unsubscribe;
  add_recipient(from, out);
  return true;
}

}  // namespace hagaki::dsn
