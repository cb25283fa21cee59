#include "dsn/read.h"

#include <vector>

#include "base/text.h"
#include "dsn/automatic.h"
#include "dsn/look.h"
#include "dsn/mailed_event.h"
#include "dsn/notice.h"
#include "dsn/own_part.h"
#include "dsn/ownership.h"
#include "dsn/reading.h"
#include "dsn/structured.h"
#include "dsn/verdict.h"
#include "dsn/worded.h"
#include "mime/lines.h"

namespace hagaki::dsn {
namespace {

bool is_delivery_status(const mime::ContentType& type) {
  return type.type == "message/delivery-status" || type.type == "message/global-delivery-status";
}

/// The attached mail of a wrapper that a mailer made around a report, or nothing: a scanner's own
/// notice, never what a person forwards. What a report returns is what it is about, also where that
/// is a report: one that came back. So nothing is found in what was found.
std::string_view wrapped_report(const mime::Message& message) {
  if (message.root().type.type == "multipart/report") return {};
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

/// A mail to a list's members: it may tell of bounces, and even quote one. A bounce that came to
/// its readers through a list looks alike, but for what only mailers write.
bool is_mailing(const Reading& reading) {
  const auto& headers = reading.message.headers();
  const auto path = headers.find("return-path");
  return !headers.get("list-unsubscribe").empty() && path && !mime::addresses_of(*path).empty() &&
         !headers.find("x-failed-recipients") &&
         reading.look.from.find("mailer-daemon@") == std::string::npos;
}

/// What a mailer reports in fields: in a part of its own, else where a gateway has left them.
void read_fields(const Reading& reading, Report& report) {
  const auto& [message, notice, look, rules, dialects] = reading;
  if (const auto* part = own_part(message, is_delivery_status)) {
    const auto* dialect = dialects.recognise(look, Rows::All);
    if (dialect != nullptr && dialect->origin != kUnknownOrigin) report.origin = dialect->origin;
    std::string buffer;
    read_status(reading, part->bytes(buffer), dialect, report);
  }
  if (!report.recipients.empty() || !look.automatic || look.no_bounce) return;
  const auto status = status_in_text(notice.whole);
  if (status.empty()) return;
  const auto* dialect = dialects.recognise(look, Rows::Readers);
  if (dialect != nullptr) report.origin = dialect->origin;
  read_status(reading, status, dialect, report);
  report.cut = report.cut || notice.cut;
}

/// What it reports in the words of a dialect.
void read_dialect(const Reading& reading, Rows rows, Report& report) {
  if (is_mailing(reading) || reading.look.no_bounce) return;
  const auto* dialect = reading.dialects.recognise(reading.look, rows);
  if (dialect == nullptr) return;
  report.origin = dialect->origin;
  read_words(reading, *dialect, report);
}

/// Takes out recipients that nothing names: neither the report nor what was returned.
void drop_nameless(Report& report) {
  std::erase_if(report.recipients, [](const Recipient& r) { return r.email.empty(); });
  if (report.recipients.empty() && report.kind == Kind::Bounce) {
    Report other;
    other.cut = report.cut;
    other.time = report.time;
    other.from = report.from;
    report = std::move(other);
  }
}

}  // namespace

Report read_report(const mime::Message& message, const reason::Rules& rules,
                   const Dialects& dialects, const verp::Key* key,
                   const unsubscribe::Keys* tokens) {
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
    const auto nothing = [&] { return report.recipients.empty() && report.kind == Kind::Other; };
    if (!read_feedback(message, look, report)) read_fields(reading, report);
    if (nothing() && look.automatic) {
      const auto wrapped = wrapped_report(message);
      // Whose bounce that is stands in it: the wrapper's headers are about the wrapper.
      auto inside = wrapped.empty()
                        ? Report()
                        : read_report(mime::Message::parse(wrapped), rules, dialects, key, tokens);
      if (inside.kind != Kind::Other) return inside;
    }
    if (nothing()) read_dialect(reading, Rows::Readers, report);
    if (nothing() && !read_unsubscribe(message, look, report) &&
        !read_vacation(message, look, dialects.phrases(), report)) {
      look.find_codes();
      read_dialect(reading, Rows::LastReaders, report);
    }
    if (report.kind == Kind::Other && !report.recipients.empty()) report.kind = Kind::Bounce;
    for (auto& r : report.recipients) settle_reason(r);
    if (report.kind == Kind::Unsubscribe || report.kind == Kind::Vacation) report.origin.clear();
  }
  if (report.kind != Kind::Other) {
    resolve_ownership(message, notice.returned, key, report);
    resolve_by_token(message, tokens, report);
    drop_nameless(report);
  }
  if (report.kind == Kind::Other) report.subject = message.headers().text("subject");
  return report;
}

Report read_report(const mime::Message& message) {
  return read_report(message, reason::Rules::embedded(), Dialects::embedded());
}

}  // namespace hagaki::dsn
