#include "records/bounce_record.h"

#include "base/limits.h"
#include "base/text.h"
#include "records/report_text.h"
#include "records/sisimai_record.h"

namespace hagaki::records {
namespace {

/// The taxonomy's name for what this record tells; empty where it has none.
std::string_view reason_of(const dsn::Report& report, const dsn::Recipient& recipient) {
  switch (report.kind) {
    case dsn::Kind::Bounce:
      return recipient.reason;
    case dsn::Kind::Feedback:
      return "feedback";
    case dsn::Kind::Vacation:
      return "vacation";
    case dsn::Kind::Unsubscribe:
    case dsn::Kind::Other:
      return {};
  }
  return {};
}

void add_bounce(const dsn::Recipient& r, const dsn::Report& report, Object& out) {
  if (!ascii_iequals(r.final_recipient, r.email)) {
    out.add("final_recipient", mail_address(r.final_recipient));
  }
  out.add("action", r.action).add("status", r.status);
  if (r.code != 0) out.add("code", r.code);
  out.add("diagnostic", mail_text(r.diagnostic, limits::kDiagnostic))
      .add("reason", r.reason)
      .add("hard", r.hard)
      .add("reporting_mta", mail_text(report.reporting_mta))
      .add("remote_mta", mail_text(r.remote_mta));
}

/// What Sisimai's records tell besides.
void add_details(const dsn::Recipient& r, const dsn::Report& report, Object& out) {
  out.add("diagnostic_type", mail_text(r.diagnostic_type))
      .add("phase", r.phase)
      .add("said_by", r.said_by)
      .add("domain", domain_of(r.email))
      .add("sender", mail_address(report.sender))
      .add("sender_domain", domain_of(report.sender))
      .add("service_message_id", mail_text(report.service_message_id))
      .add("list_id", mail_text(report.list_id))
      .add("feedback_id", mail_text(report.feedback_id));
  if (report.utc_offset_minutes) out.add("utc_offset", utc_offset_text(*report.utc_offset_minutes));
  if (report.sent) out.add("sent_at", report.sent->time);
  if (r.attempted) out.add("attempted_at", r.attempted->time);
  const auto when = sisimai_time(report, r);
  if (report.kind != dsn::Kind::Other && when) {
    const auto& sender = report.sender.empty() ? report.envelope_sender : report.sender;
    const auto& recipient = r.final_recipient.empty() ? r.email : r.final_recipient;
    out.add("token", sisimai_token(mail_address(sender), mail_address(recipient), when->time));
  }
}

Object record(const dsn::Report& report, const dsn::Recipient& recipient, std::string_view file,
              const reason::Advisor* advisor) {
  const auto reason = reason_of(report, recipient);
  Object out;
  out.add("type", kind_name(report.kind)).add("v", 1).add("email", mail_address(recipient.email));
  if (report.kind == dsn::Kind::Bounce) {
    add_bounce(recipient, report, out);
  } else {
    out.add("reason", reason);
  }
  if (report.kind == dsn::Kind::Feedback) {
    out.add("feedback_type", mail_text(report.feedback_type))
        .add("source_ip", mail_text(report.source_ip))
        .add("reporting_mta", mail_text(report.reporting_mta));
  }
  if (report.kind == dsn::Kind::Other) out.add("from", mail_text(report.from));
  out.add("origin", mail_text(report.origin))
      .add("time", report.time)
      .add("campaign", mail_text(report.campaign))
      .add("message_id", mail_text(report.message_id))
      .add("envelope_sender", mail_address(report.envelope_sender))
      .add("subject", mail_text(report.subject))
      .add("file", file);
  add_details(recipient, report, out);
  if (advisor != nullptr) {
    const bool unsubscribe = report.kind == dsn::Kind::Unsubscribe;
    const auto advice =
        advisor->advise({.reason = unsubscribe ? std::string_view("unsubscribe") : reason,
                         .code = recipient.code,
                         .email = recipient.email,
                         .final_to = recipient.final_recipient});
    out.add("cause", advice.cause).add("remedy", advice.remedy);
  }
  return out;
}

}  // namespace

std::string_view kind_name(dsn::Kind kind) {
  switch (kind) {
    case dsn::Kind::Bounce:
      return "bounce";
    case dsn::Kind::Feedback:
      return "feedback";
    case dsn::Kind::Vacation:
      return "vacation";
    case dsn::Kind::Unsubscribe:
      return "unsubscribe";
    case dsn::Kind::Other:
      break;
  }
  return "other";
}

std::vector<Object> report_records(const dsn::Report& report, std::string_view file,
                                   const reason::Advisor* advisor) {
  std::vector<Object> out;
  // A complaint whose mail was stripped of every address is still a complaint.
  if (report.recipients.empty()) out.push_back(record(report, {}, file, advisor));
  for (const auto& recipient : report.recipients) {
    out.push_back(record(report, recipient, file, advisor));
  }
  return out;
}

}  // namespace hagaki::records
