#include "records/bounce_record.h"

#include <algorithm>

#include "base/limits.h"
#include "base/text.h"

namespace hagaki::records {
namespace {

constexpr std::size_t kTextKept = 998;  // bytes: a whole line of a mail (RFC 5322 §2.1.1)

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

/// Words of a mail as one bounded line of UTF-8: white space made blanks, control characters left
/// out.
std::string text(std::string_view s, std::size_t most = kTextKept) {
  // Cut first: a long text may stand in the records of many recipients.
  std::string out = squeeze(utf8_prefix(s, 8 * most));
  out.erase(std::remove_if(out.begin(), out.end(), is_control), out.end());
  return std::string(utf8_prefix(to_valid_utf8(trim(out)), most));
}

/// An address of a mail; empty where it cannot be one. A part of it would be another address.
std::string_view address(std::string_view s) {
  const bool none = s.size() > kTextKept || std::any_of(s.begin(), s.end(), is_control);
  return none ? std::string_view() : s;
}

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
    out.add("final_recipient", address(r.final_recipient));
  }
  out.add("action", r.action).add("status", r.status);
  if (r.code != 0) out.add("code", r.code);
  out.add("diagnostic", text(r.diagnostic, limits::kDiagnostic))
      .add("reason", r.reason)
      .add("hard", r.hard)
      .add("reporting_mta", text(report.reporting_mta))
      .add("remote_mta", text(r.remote_mta));
}

Object record(const dsn::Report& report, const dsn::Recipient& recipient, std::string_view file,
              const reason::Advisor* advisor) {
  const auto reason = reason_of(report, recipient);
  Object out;
  out.add("type", kind_name(report.kind)).add("v", 1).add("email", address(recipient.email));
  if (report.kind == dsn::Kind::Bounce) {
    add_bounce(recipient, report, out);
  } else {
    out.add("reason", reason);
  }
  if (report.kind == dsn::Kind::Feedback) {
    out.add("feedback_type", text(report.feedback_type))
        .add("source_ip", text(report.source_ip))
        .add("reporting_mta", text(report.reporting_mta));
  }
  if (report.kind == dsn::Kind::Other) out.add("from", text(report.from));
  out.add("origin", text(report.origin))
      .add("time", report.time)
      .add("campaign", text(report.campaign))
      .add("message_id", text(report.message_id))
      .add("envelope_sender", address(report.envelope_sender))
      .add("subject", text(report.subject))
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
