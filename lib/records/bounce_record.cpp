#include "records/bounce_record.h"

#include "base/text.h"

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
  if (!ascii_iequals(r.final_recipient, r.email)) out.add("final_recipient", r.final_recipient);
  out.add("action", r.action).add("status", r.status);
  if (r.code != 0) out.add("code", r.code);
  out.add("diagnostic", r.diagnostic)
      .add("reason", r.reason)
      .add("hard", r.hard)
      .add("reporting_mta", report.reporting_mta)
      .add("remote_mta", r.remote_mta);
}

Object record(const dsn::Report& report, const dsn::Recipient& recipient, std::string_view file,
              const reason::Advisor* advisor) {
  const auto reason = reason_of(report, recipient);
  Object out;
  out.add("type", kind_name(report.kind)).add("v", 1).add("email", recipient.email);
  if (report.kind == dsn::Kind::Bounce) {
    add_bounce(recipient, report, out);
  } else {
    out.add("reason", reason);
  }
  if (report.kind == dsn::Kind::Feedback) {
    out.add("feedback_type", report.feedback_type)
        .add("source_ip", report.source_ip)
        .add("reporting_mta", report.reporting_mta);
  }
  if (report.kind == dsn::Kind::Other) out.add("from", report.from);
  out.add("origin", report.origin)
      .add("time", report.time)
      .add("campaign", report.campaign)
      .add("message_id", report.message_id)
      .add("envelope_sender", report.envelope_sender)
      .add("subject", report.subject)
      .add("file", file);
  if (advisor != nullptr) {
    const bool unsubscribe = report.kind == dsn::Kind::Unsubscribe;
    if (const auto* advice = advisor->find(unsubscribe ? "unsubscribe" : reason)) {
      out.add("cause", advice->cause).add("remedy", advice->remedy);
    }
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
