#include "records/bounce_record.h"

#include "base/limits.h"
#include "base/text.h"
#include "records/line_writer.h"
#include "records/report_text.h"
#include "records/sisimai_record.h"

namespace hagaki::records {
namespace {

/// Writes members of one record; texts of a mail are made fit for it on the way.
class Record {
 public:
  explicit Record(std::string& out) : line_(out) {}

  template <class T>
  Record& add(std::string_view key, const T& value) {
    line_.add(key, value);
    return *this;
  }
  Record& add_text(std::string_view key, std::string_view value, std::size_t most = kTextKept) {
    line_.add(key, mail_text(value, buffer_, most));
    return *this;
  }
  Record& add_address(std::string_view key, std::string_view value) {
    line_.add(key, mail_address(value));
    return *this;
  }
  void end() { line_.end(); }

 private:
  LineWriter line_;
  std::string buffer_;
};

void add_bounce(const dsn::Recipient& r, const dsn::Report& report, Record& out) {
  if (!ascii_iequals(r.final_recipient, r.email)) {
    out.add_address("final_recipient", r.final_recipient);
  }
  out.add("action", r.action).add("status", r.status);
  if (r.code != 0) out.add("code", r.code);
  out.add_text("diagnostic", r.diagnostic, limits::kDiagnostic)
      .add("reason", r.reason)
      .add("hard", r.hard)
      .add_text("reporting_mta", report.reporting_mta)
      .add_text("remote_mta", r.remote_mta);
}

/// What Sisimai's records tell besides.
void add_details(const dsn::Recipient& r, const dsn::Report& report, Record& out) {
  out.add_text("diagnostic_type", r.diagnostic_type)
      .add("phase", r.phase)
      .add("said_by", r.said_by)
      .add("domain", domain_of(r.email))
      .add_address("sender", report.sender)
      .add("sender_domain", domain_of(report.sender))
      .add_text("service_message_id", report.service_message_id)
      .add_text("list_id", report.list_id)
      .add_text("feedback_id", report.feedback_id);
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

void append_record(const dsn::Report& report, const dsn::Recipient& recipient,
                   std::string_view file, const reason::Advisor* advisor, std::string& lines) {
  const auto reason = reason_of(report, recipient);
  Record out(lines);
  out.add("type", kind_name(report.kind)).add("v", 1).add_address("email", recipient.email);
  if (report.kind == dsn::Kind::Bounce) {
    add_bounce(recipient, report, out);
  } else {
    out.add("reason", reason);
  }
  if (report.kind == dsn::Kind::Feedback) {
    out.add_text("feedback_type", report.feedback_type)
        .add_text("source_ip", report.source_ip)
        .add_text("reporting_mta", report.reporting_mta);
  }
  if (report.kind == dsn::Kind::Other) out.add_text("from", report.from);
  out.add_text("origin", report.origin)
      .add("time", report.time)
      .add_text("campaign", report.campaign)
      .add_text("message_id", report.message_id)
      .add_address("envelope_sender", report.envelope_sender)
      .add("valid", report.token_valid)
      .add("verp_tag", verp::tag_name(recipient.verp_tag))
      .add_text("subject", report.subject)
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
  out.end();
  lines += '\n';
}

}  // namespace

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
      break;
  }
  return {};
}

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

void append_records(const dsn::Report& report, std::string_view file,
                    const reason::Advisor* advisor, std::string& lines) {
  // A complaint whose mail was stripped of every address is still a complaint.
  if (report.recipients.empty()) append_record(report, {}, file, advisor, lines);
  for (const auto& recipient : report.recipients) {
    append_record(report, recipient, file, advisor, lines);
  }
}

}  // namespace hagaki::records
