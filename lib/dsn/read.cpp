#include "dsn/read.h"

#include <algorithm>

#include "base/limits.h"
#include "base/text.h"
#include "dsn/automatic.h"
#include "dsn/delivery_status.h"
#include "dsn/diagnostic.h"
#include "dsn/notice.h"
#include "dsn/ownership.h"
#include "dsn/text_report.h"

namespace hagaki::dsn {
namespace {

constexpr std::size_t kLook = 2000;  // of a notice, bytes by which its dialect is recognised

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

std::string first_word_lower(std::string_view value) {
  value = trim(value);
  return ascii_lower(value.substr(0, value.find_first_of(" \t\r\n;(")));
}

std::string one_line(std::string_view text) {
  return std::string(utf8_prefix(to_valid_utf8(squeeze(text)), limits::kDiagnostic));
}

/// A host field's value: type and address comment taken off.
std::string host_of(std::string_view field) {
  auto value = without_type(field);
  value = value.substr(0, value.find_first_of(" \t\r\n("));
  return to_valid_utf8(value);
}

/// Takes codes, phase and host out of `words` where the recipient has none yet.
void learn_from(std::string_view words, Recipient& r) {
  const auto reply = reply_in(words);
  Codes codes = find_codes(reply);
  if (codes.code == 0 && codes.status.empty()) codes = find_codes(words);
  if (r.code == 0) r.code = codes.code;
  const bool vague = r.status.empty() || r.status.ends_with(".0.0");
  if (vague && !codes.status.empty()) r.status = std::string(codes.status);
  if (r.phase.empty()) r.phase = std::string(find_phase(words));
  if (r.remote_mta.empty()) r.remote_mta = std::string(find_remote_host(words));
}

void judge(const reason::Rules& rules, Recipient& r, const std::string& words) {
  if (r.action == "delivered" || r.action == "relayed" || r.action == "expanded") {
    r.reason = "delivered";
    r.hard = false;
    return;
  }
  const auto verdict = rules.judge({r.code, r.status, reply_in(words), r.phase, r.remote_mta});
  r.reason = verdict.reason;
  r.hard = verdict.hard;
  r.rule = verdict.rule;
}

/// Action where the report does not say: a 4xx is still being tried only when the notice says so.
void settle_action(Recipient& r, bool warning) {
  if (r.action.empty()) r.action = warning ? "delayed" : "failed";
}

bool is_warning(std::string_view text, std::string_view subject) {
  for (const std::string_view words :
       {"this is a warning message only", "you do not need to resend", "will be retried for",
        "will keep trying", "has not yet been delivered", "still being retried",
        "delivery attempts will continue"}) {
    if (ascii_ifind(text, words) != std::string_view::npos) return true;
  }
  return ascii_ifind(subject, "(delay)") != std::string_view::npos ||
         ascii_ifind(subject, "warning: could not send") != std::string_view::npos;
}

const Named* find_named(const std::vector<Named>& named, std::string_view address) {
  const auto it = std::find_if(named.begin(), named.end(),
                               [&](const Named& n) { return ascii_iequals(n.address, address); });
  return it == named.end() ? nullptr : &*it;
}

std::vector<std::string> own_addresses(const mime::Message& message, const Notice& notice) {
  std::vector<std::string> ours;
  for (const char* name : {"from", "to", "delivered-to", "x-original-to"}) {
    for (auto& a : mime::addresses_of(message.headers().get(name))) ours.push_back(std::move(a));
  }
  for (const char* name : {"from", "sender", "reply-to", "return-path"}) {
    for (auto& a : mime::addresses_of(notice.returned.get(name))) ours.push_back(std::move(a));
  }
  return ours;
}

/// RFC 3464: fields first, the notice's words where they leave something out.
void read_status(const mime::Message& message, const mime::Part& part, const Notice& notice,
                 const Dialect* dialect, const reason::Rules& rules, Report& report) {
  std::string buffer;
  const auto status = parse_delivery_status(part.bytes(buffer));
  report.reporting_mta = host_of(status.message.get("reporting-mta"));
  const auto sender = mime::addresses_of(without_type(status.message.get("x-postfix-sender")));
  if (!sender.empty()) report.envelope_sender = sender.front();
  std::vector<Named> named;
  bool read_words = false;
  const auto words_of = [&](const std::string& address) -> std::string {
    if (!read_words) {
      named = read_text_report(notice.text, dialect ? dialect->begin : std::vector<std::string>{},
                               own_addresses(message, notice));
      read_words = true;
    }
    if (const auto* found = find_named(named, address); found && !found->words.empty()) {
      return found->words;
    }
    return status.recipients.size() == 1 ? one_line(notice.text) : std::string();
  };
  for (const auto& fields : status.recipients) {
    Recipient r;
    r.final_recipient = recipient_address(fields.get("final-recipient"));
    r.original_recipient = recipient_address(fields.get("original-recipient"));
    if (r.final_recipient.empty()) r.final_recipient = r.original_recipient;
    if (r.final_recipient.empty()) {
      r.final_recipient = recipient_address(fields.get("x-actual-recipient"));
    }
    if (r.final_recipient.empty()) continue;
    r.action = first_word_lower(fields.get("action"));
    if (r.action == "fail" || r.action == "failure") r.action = "failed";
    r.status = std::string(leading_status(fields.get("status")));
    r.remote_mta = host_of(fields.get("remote-mta"));
    std::string words = one_line(without_type(fields.get("diagnostic-code")));
    learn_from(words, r);
    // What the server said may stand only in the notice.
    const bool told = !words.empty() && (r.code != 0 || words.size() > 20);
    if (!told || r.phase.empty()) {
      const std::string more = words_of(r.final_recipient);
      if (r.phase.empty()) r.phase = std::string(find_phase(more));
      if (!told && !more.empty()) {
        if (words.empty()) {
          words = more;
        } else {
          words += ' ' + more;
        }
        learn_from(words, r);
      }
    }
    settle_action(r, r.status.starts_with("4.") && is_warning(notice.text, {}));
    judge(rules, r, words);
    r.diagnostic = one_line(words);
    report.recipients.push_back(std::move(r));
  }
}

void read_words(const mime::Message& message, const Notice& notice, const Dialect& dialect,
                const reason::Rules& rules, Report& report) {
  auto named = read_text_report(notice.text, dialect.begin, own_addresses(message, notice));
  const auto failed = mime::addresses_of(message.headers().get("x-failed-recipients"));
  if (!failed.empty()) {
    std::vector<Named> listed;
    for (const auto& address : failed) {
      const auto* found = find_named(named, address);
      const std::string words = one_line(notice.text);
      listed.push_back(found ? *found : Named{address, {}, words, {}, {}});
    }
    named = std::move(listed);
  }
  if (named.empty() || dialect.sole) {
    const auto to = mime::addresses_of(notice.returned.get("to"));
    if (to.size() == 1) named = {Named{to.front(), {}, one_line(notice.text), {}, {}}};
  }
  const bool warning = is_warning(notice.text, message.headers().text("subject"));
  for (auto& n : named) {
    Recipient r;
    r.final_recipient = std::move(n.address);
    r.original_recipient = std::move(n.original);
    r.phase = std::move(n.phase);
    r.remote_mta = std::move(n.host);
    std::string words = std::move(n.words);
    if (words.empty()) words = one_line(notice.text);
    learn_from(words, r);
    settle_action(r, warning);
    judge(rules, r, words);
    r.diagnostic = one_line(words);
    report.recipients.push_back(std::move(r));
  }
}

Look look_of(const mime::Message& message, const Notice& notice) {
  Look look;
  look.headers = &message.headers();
  look.from = ascii_lower(message.headers().text("from"));
  look.subject = ascii_lower(message.headers().text("subject"));
  look.text = ascii_lower(squeeze(utf8_prefix(notice.text, kLook)));
  look.automatic = is_automatic(message);
  return look;
}

}  // namespace

Report read_report(const mime::Message& message, const reason::Rules& rules,
                   const Dialects& dialects) {
  Report report;
  report.time = parse_rfc5322(message.headers().get("date"));
  if (auto from = mime::addresses_of(message.headers().get("from")); !from.empty()) {
    report.from = to_valid_utf8(from.front());
  }
  const auto& root = message.root().type;
  if (root.parameter("report-type") == "disposition-notification") {  // a read receipt
    report.subject = message.headers().text("subject");
    return report;
  }

  Notice notice;
  read_notice(message, dialects, notice);
  const Look look = look_of(message, notice);
  if (const auto* part = own_delivery_status(message)) {
    const auto* dialect = dialects.recognise(look, false);
    if (dialect != nullptr) report.origin = dialect->origin;
    read_status(message, *part, notice, dialect, rules, report);
  } else if (read_feedback(message, report)) {
    resolve_ownership(message, notice.returned, report);
    return report;
  }
  if (report.recipients.empty()) {
    const auto* dialect = dialects.recognise(look, true);
    if (dialect != nullptr) {
      report.origin = dialect->origin;
      read_words(message, notice, *dialect, rules, report);
    }
  }
  if (!report.recipients.empty()) {
    report.kind = Kind::Bounce;
  } else if (read_unsubscribe(message, report) || read_vacation(message, report)) {
    report.origin.clear();
  }
  if (report.kind == Kind::Other) {
    report.subject = message.headers().text("subject");
  } else {
    resolve_ownership(message, notice.returned, report);
  }
  return report;
}

Report read_report(const mime::Message& message) {
  return read_report(message, reason::Rules::embedded(), Dialects::embedded());
}

}  // namespace hagaki::dsn
