#include "records/sisimai_record.h"

#include <array>
#include <string>
#include <utility>

#include "base/digest.h"
#include "base/limits.h"
#include "base/text.h"
#include "records/bounce_record.h"
#include "records/report_text.h"

namespace hagaki::records {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

/// What Sisimai calls the modules for those that we name otherwise.
constexpr std::array kModules = {
    Pair{"ActiveHunter", "Activehunter"},
    Pair{"Amazon SES", "AmazonSES"},
    Pair{"Amazon WorkMail", "AmazonWorkMail"},
    Pair{"Apache James", "ApacheJames"},
    Pair{"DragonFly Mail Agent", "DragonFly"},
    Pair{"Exchange", "Exchange2007"},
    Pair{"Exchange Online", "Office365"},
    Pair{"Google Groups", "GoogleGroups"},
    Pair{"IMail Server", "IMailServer"},
    Pair{"InterScan", "TrendMicro"},
    Pair{"Lotus Notes", "Notes"},
    Pair{"MX Logic", "MXLogic"},
    Pair{"MailMarshal", "MailMarshal"},
    Pair{"Oracle Messaging Server", "MessagingServer"},
    Pair{"Zoho Mail", "Zoho"},
    Pair{"amavisd-new", "Amavis"},
    Pair{"au", "EZweb"},
    Pair{"fml", "FML"},
    Pair{"m-FILTER", "mFILTER"},
    Pair{"mail.ru", "MailRu"},
};

/// The SMTP commands of the phases.
constexpr std::array kCommands = {
    Pair{"connect", "CONN"}, Pair{"greeting", "EHLO"}, Pair{"tls", "STARTTLS"},
    Pair{"auth", "AUTH"},    Pair{"mail", "MAIL"},     Pair{"rcpt", "RCPT"},
    Pair{"data", "DATA"},    Pair{"body", "DATA"},
};

template <std::size_t N>
std::string_view look_up(const std::array<Pair, N>& pairs, std::string_view key) {
  for (const auto& [name, value] : pairs) {
    if (name == key) return value;
  }
  return {};
}

std::string module_of(const dsn::Report& report) {
  if (report.kind == dsn::Kind::Feedback) return "ARF";
  if (report.kind == dsn::Kind::Vacation) return "RFC3834";
  if (report.origin.empty() || report.origin == "unknown") return "RFC3464";
  const auto known = look_up(kModules, report.origin);
  return known.empty() ? mail_text(report.origin) : std::string(known);
}

/// "SMTP" unless something else is known to have said it.
std::string diagnostic_type_of(const dsn::Report& report, const dsn::Recipient& r) {
  if (report.kind != dsn::Kind::Bounce) return {};
  if (r.reason == "mailererror") return "X-UNIX";
  const std::string type = mail_text(r.diagnostic_type);
  return type.empty() ? "SMTP" : ascii_upper(type);
}

Object record(const dsn::Report& report, const dsn::Recipient& r, std::string_view file) {
  const auto recipient = mail_address(r.final_recipient.empty() ? r.email : r.final_recipient);
  const auto sender = mail_address(report.sender.empty() ? report.envelope_sender : report.sender);
  const bool alias = !ascii_iequals(r.email, recipient);
  const auto module = module_of(report);
  const auto command = look_up(kCommands, r.phase);
  const auto when = sisimai_time(report, r);
  const auto seconds =
      when ? std::chrono::floor<std::chrono::seconds>(when->time).time_since_epoch().count() : 0;
  Object out;
  out.put("action", r.action)
      .put("addresser", sender)
      .put("alias", alias ? mail_address(r.email) : std::string_view())
      .add_raw("catch", "null")
      .put("command", command)
      .put("decodedby", module)
      .put("deliverystatus", r.status)
      .put("destination", domain_of(recipient))
      .put("diagnosticcode", mail_text(r.diagnostic, limits::kDiagnostic))
      .put("diagnostictype", diagnostic_type_of(report, r))
      .put("feedbackid", mail_text(report.feedback_id))
      .put("feedbacktype", mail_text(report.feedback_type))
      .add("hardbounce", r.hard)
      .put("lhost", mail_text(report.reporting_mta))
      .put("listid", mail_text(report.list_id))
      .put("messageid", mail_text(report.message_id))
      .put("origin", file.empty() ? std::string_view("<STDIN>") : file)
      .put("reason", reason_of(report, r))
      .put("recipient", recipient)
      .put("replycode", r.code == 0 ? std::string() : std::to_string(r.code))
      .put("rhost", mail_text(r.remote_mta))
      .put("senderdomain", domain_of(sender))
      .put("smtpagent", module)
      .put("smtpcommand", command)
      .put("subject", mail_text(report.subject))
      .add("timestamp", static_cast<std::int64_t>(seconds))
      .put("timezoneoffset", utc_offset_text(when ? when->utc_offset_minutes.value_or(0) : 0))
      .put("token", when ? sisimai_token(sender, recipient, when->time) : std::string());
  return out;
}

}  // namespace

std::optional<MailDate> sisimai_time(const dsn::Report& report, const dsn::Recipient& recipient) {
  if (recipient.attempted) return recipient.attempted;
  if (report.sent) return report.sent;
  if (!report.time) return std::nullopt;
  return MailDate{*report.time, report.utc_offset_minutes};
}

std::string sisimai_token(std::string_view sender, std::string_view recipient, Timestamp time) {
  if (sender.empty() || recipient.empty()) return {};
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  return sha1_hex('\x02' + ascii_lower(sender) + '\x1E' + ascii_lower(recipient) + '\x1E' +
                  std::to_string(seconds) + '\x03');
}

std::vector<Object> sisimai_records(const dsn::Report& report, std::string_view file, bool all) {
  std::vector<Object> out;
  if (report.kind == dsn::Kind::Other || report.kind == dsn::Kind::Unsubscribe) return out;
  if (report.kind == dsn::Kind::Vacation && !all) return out;
  if (report.recipients.empty()) out.push_back(record(report, {}, file));
  for (const auto& r : report.recipients) {
    if (r.reason == "delivered" && !all) continue;
    out.push_back(record(report, r, file));
  }
  return out;
}

}  // namespace hagaki::records
