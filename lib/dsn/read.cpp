#include "dsn/read.h"

#include <vector>

#include "base/text.h"
#include "dsn/automatic.h"
#include "dsn/look.h"
#include "dsn/mailed_event.h"
#include "dsn/notice.h"
#include "dsn/ownership.h"
#include "dsn/reading.h"
#include "dsn/structured.h"
#include "dsn/verdict.h"
#include "dsn/worded.h"
#include "mime/lines.h"

namespace hagaki::dsn {
namespace {

constexpr int kMaxWrappers = 2;  // around a report: scanners wrap once

bool is_delivery_status(std::string_view type) {
  return type == "message/delivery-status" || type == "message/global-delivery-status";
}

/// The delivery-status part that is the mail's own; nullptr where only an attached mail has one.
const mime::Part* own_delivery_status(const mime::Message& message) {
  std::size_t below = 0;
  for (const auto& part : message.parts()) {
    if (below > 0 && part.depth >= below) continue;
    below = 0;
    if (is_delivery_status(part.type.type)) return &part;
    if (part.type.is("message")) below = part.depth + 1;
  }
  return nullptr;
}

/// The attached mail of a wrapper that a mailer made around a report, or nothing: a scanner's own
/// notice, never what a person forwards.
std::string_view wrapped_report(const mime::Message& message) {
  for (const auto& part : message.parts()) {
    if (part.type.type != "message/rfc822" || part.children.empty() || part.depth > 1) continue;
    const auto& inner = message.parts()[part.children.front()];
    const bool report = inner.type.type == "multipart/report" &&
                        inner.type.parameter("report-type") == "delivery-status";
    if (report) return part.body;
  }
  return {};
}

/// Where a delivery status stands in a notice's own text, as gateways that flatten mail leave it.
std::string_view status_in_text(std::string_view text) {
  const auto at = ascii_ifind(text, "\nFinal-Recipient:");
  if (at == std::string_view::npos) return {};
  auto begin = ascii_ifind(text, "\nReporting-MTA:");  // where the message's own fields are
  if (begin > at) {
    const auto blank = text.rfind("\n\n", at);
    begin = blank == std::string_view::npos ? at : blank + 1;
  }
  text.remove_prefix(begin + 1);
  // A read receipt's fields (RFC 8098) name a recipient too, but nothing that failed.
  const bool status = ascii_ifind(text, "\nStatus:") != std::string_view::npos ||
                      ascii_ifind(text, "\nAction:") != std::string_view::npos;
  return status ? text : std::string_view();
}

using Rows = Dialects::Rows;

Report read_wrapped(const mime::Message& message, const reason::Rules& rules,
                    const Dialects& dialects, const verp::Key* key, int wrappers);

/// A mail to a list's members, whoever sent it: it may tell of bounces, and even quote one.
bool is_mailing(const mime::Message& message) {
  const auto path = message.headers().find("return-path");
  return !message.headers().get("list-unsubscribe").empty() && path &&
         !mime::addresses_of(*path).empty();
}

/// What a mailer reports: in fields, else in the words of a dialect.
void read_bounce(const Reading& reading, const verp::Key* key, int wrappers, Report& report) {
  const auto& [message, notice, look, rules, dialects] = reading;
  if (const auto* part = own_delivery_status(message)) {
    const auto* dialect = dialects.recognise(look, Rows::All);
    if (dialect != nullptr && dialect->origin != kUnknownOrigin) report.origin = dialect->origin;
    std::string buffer;
    read_status(reading, part->bytes(buffer), dialect, report);
    if (!report.recipients.empty()) return;
  }
  if (dialects.is_no_bounce(look)) return;
  const auto* dialect = dialects.recognise(look, Rows::Readers);
  if (dialect != nullptr) report.origin = dialect->origin;
  if (look.automatic) {
    const auto status = status_in_text(notice.whole);
    if (!status.empty()) read_status(reading, status, dialect, report);
    const bool look_inside = report.recipients.empty() && wrappers < kMaxWrappers;
    const auto wrapped = look_inside ? wrapped_report(message) : std::string_view();
    if (!wrapped.empty()) {
      report = read_wrapped(mime::Message::parse(wrapped), rules, dialects, key, wrappers + 1);
      return;
    }
  }
  if (dialect != nullptr && report.recipients.empty() && !is_mailing(message)) {
    read_words(reading, *dialect, report);
  }
}

/// A bounce in words that no row of its own knows, of a mail that is nothing else.
void read_unknown(const Reading& reading, Report& report) {
  if (is_mailing(reading.message) || reading.dialects.is_no_bounce(reading.look)) return;
  const auto* dialect = reading.dialects.recognise(reading.look, Rows::LastReaders);
  if (dialect == nullptr) return;
  report.origin = dialect->origin;
  read_words(reading, *dialect, report);
}

/// Takes out recipients that nothing names: neither the report nor what was returned.
void drop_nameless(Report& report) {
  std::erase_if(report.recipients, [](const Recipient& r) { return r.email.empty(); });
  if (report.recipients.empty() && report.kind == Kind::Bounce) {
    Report other;
    other.time = report.time;
    other.from = report.from;
    report = std::move(other);
  }
}

/// A report in so many wrappers.
Report read_wrapped(const mime::Message& message, const reason::Rules& rules,
                    const Dialects& dialects, const verp::Key* key, int wrappers) {
  Report report;
  if (const auto date = parse_rfc5322(message.headers().get("date"))) {
    report.time = date->time;
    report.utc_offset_minutes = date->utc_offset_minutes;
  }
  if (auto from = mime::addresses_of(message.headers().get("from")); !from.empty()) {
    report.from = to_valid_utf8(from.front());
  }
  Notice notice;
  const bool receipt = message.root().type.parameter("report-type") == "disposition-notification";
  if (!receipt) {
    read_notice(message, dialects, notice);
    if (read_mailed_event(message, notice, rules, key, report)) return report;
    Look look = look_at(message, notice.text);
    dialects.look_up(look);
    const Reading reading{message, notice, look, rules, dialects};
    if (!read_feedback(message, report)) {
      read_bounce(reading, key, wrappers, report);
    }
    if (report.recipients.empty() && report.kind == Kind::Other &&
        !read_unsubscribe(message, report) && !read_vacation(message, dialects.phrases(), report)) {
      look.find_codes();
      read_unknown(reading, report);
    }
    if (report.kind == Kind::Other && !report.recipients.empty()) report.kind = Kind::Bounce;
    for (auto& r : report.recipients) settle_reason(r);
    if (report.kind == Kind::Unsubscribe || report.kind == Kind::Vacation) report.origin.clear();
  }
  if (report.kind != Kind::Other) {
    resolve_ownership(message, notice.returned, key, report);
    drop_nameless(report);
  }
  if (report.kind == Kind::Other) report.subject = message.headers().text("subject");
  return report;
}

}  // namespace

Report read_report(const mime::Message& message, const reason::Rules& rules,
                   const Dialects& dialects, const verp::Key* key) {
  return read_wrapped(message, rules, dialects, key, 0);
}

Report read_report(const mime::Message& message) {
  return read_report(message, reason::Rules::embedded(), Dialects::embedded());
}

}  // namespace hagaki::dsn
