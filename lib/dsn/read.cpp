#include "dsn/read.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

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

/// One of the five actions; empty for a word that is none.
std::string action_of(std::string_view value) {
  value = trim(value);
  const std::string word = ascii_lower(value.substr(0, value.find_first_of(" \t\r\n;(")));
  for (const char* known : {"failed", "delayed", "delivered", "relayed", "expanded"}) {
    if (word == known) return word;
  }
  if (word == "failure" || word == "fail" || word == "undeliverable") return "failed";
  // Postfix's answer to a probe (sendmail -bv): the next server would have taken it.
  return word == "deliverable" ? "relayed" : "";
}

std::string one_line(std::string_view text) {
  return std::string(utf8_prefix(to_valid_utf8(squeeze(text)), limits::kDiagnostic));
}

/// "host name lookup failure" of "4.0.0 (host name lookup failure)".
std::string comment_of(std::string_view field) {
  const auto open = field.find('(');
  const auto close = field.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return {};
  return one_line(field.substr(open + 1, close - open - 1));
}

/// A host field's value: type and address comment taken off.
std::string host_of(std::string_view field) {
  auto value = without_type(field);
  value = value.substr(0, value.find_first_of(" \t\r\n("));
  while (!value.empty() && value.back() == '.') value.remove_suffix(1);
  return to_valid_utf8(value);
}

bool is_success(const Recipient& r) {
  return r.action == "delivered" || r.action == "relayed" || r.action == "expanded";
}

/// Takes codes, phase and host out of `words` where the recipient has none yet.
void learn_from(std::string_view words, Recipient& r) {
  const auto reply = reply_in(words);
  Codes codes = find_codes(reply);
  if (codes.code == 0 && codes.status.empty()) codes = find_codes(words);
  if (r.code == 0) r.code = codes.code;
  // What the server said outranks what the reporter made of it, where the latter says nothing
  // (x.0.0), only that time ran out (4.4.7), or contradicts the reply code.
  const bool replaceable = r.status.empty() || r.status.ends_with(".0.0") || r.status == "4.4.7" ||
                           (codes.code != 0 && r.status.front() - '0' != codes.code / 100);
  if (replaceable && !codes.status.empty()) r.status = std::string(codes.status);
  if (r.phase.empty()) r.phase = std::string(find_phase(words));
  if (r.remote_mta.empty()) r.remote_mta = std::string(find_remote_host(words));
}

void judge(const reason::Rules& rules, const Dialect* dialect, Recipient& r,
           const std::string& words) {
  if (is_success(r)) {
    r.reason = "delivered";
    r.hard = false;
    return;
  }
  const auto verdict = rules.judge({r.code, r.status, reply_in(words), r.phase, r.remote_mta});
  r.reason = verdict.reason;
  r.hard = verdict.hard;
  r.rule = verdict.rule;
  if (dialect != nullptr && !dialect->reason.empty() &&
      (r.reason == "onhold" || r.reason == "undefined")) {
    r.reason = dialect->reason;
    r.hard = reason::is_hard(r.reason);
  }
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

/// What a notice names, by address in lower case.
class NamedIndex {
 public:
  explicit NamedIndex(const std::vector<Named>& named) {
    for (const auto& n : named) by_address_.emplace(ascii_lower(n.address), &n);
  }
  [[nodiscard]] const Named* find(std::string_view address) const {
    const auto it = by_address_.find(ascii_lower(address));
    return it == by_address_.end() ? nullptr : it->second;
  }

 private:
  std::unordered_map<std::string, const Named*> by_address_;
};

/// The notice's words where no recipient has words of its own.
std::string words_for_all(const Notice& notice) {
  return one_line(utf8_prefix(notice.text, 4 * limits::kDiagnostic));
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
void read_status(const mime::Message& message, std::string_view body, const Notice& notice,
                 const Dialect* dialect, const reason::Rules& rules, Report& report) {
  const auto status = parse_delivery_status(body);
  report.reporting_mta = host_of(status.message.get("reporting-mta"));
  report.message_id = message_id_of(status.message.get("x-original-message-id"));
  const auto sender = mime::addresses_of(without_type(status.message.get("x-postfix-sender")));
  if (!sender.empty()) report.envelope_sender = sender.front();
  std::vector<Named> named;
  std::optional<NamedIndex> index;
  const auto words_of = [&](const std::string& address) -> std::string {
    if (!index) {
      named = read_text_report(notice.text, dialect, own_addresses(message, notice));
      index.emplace(named);
    }
    if (const auto* found = index->find(address); found && !found->words.empty()) {
      return found->words;
    }
    return status.recipients.size() == 1 ? words_for_all(notice) : std::string();
  };
  std::optional<bool> warning;
  const auto warns = [&] {
    if (!warning) warning = is_warning(notice.text, {});
    return *warning;
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
    r.action = action_of(fields.get("action"));
    r.status = std::string(leading_status(fields.get("status")));
    r.remote_mta = host_of(fields.get("remote-mta"));
    std::string words = one_line(without_type(fields.get("diagnostic-code")));
    learn_from(words, r);
    // What the server said may stand only in the notice.
    const bool told = is_success(r) || (!words.empty() && (r.code != 0 || words.size() > 20));
    if (words.empty()) words = comment_of(fields.get("status"));
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
    settle_action(r, r.status.starts_with("4.") && warns());
    judge(rules, dialect, r, words);
    r.diagnostic = one_line(words);
    report.recipients.push_back(std::move(r));
  }
}

void read_words(const mime::Message& message, const Notice& notice, const Dialect& dialect,
                const reason::Rules& rules, Report& report) {
  auto named = read_text_report(notice.text, &dialect, own_addresses(message, notice));
  const auto failed = mime::addresses_of(message.headers().get("x-failed-recipients"));
  const std::string whole = words_for_all(notice);
  if (!failed.empty()) {
    const NamedIndex index(named);
    std::vector<Named> listed;
    for (const auto& address : failed) {
      if (listed.size() >= kMaxRecipients) break;
      const auto* found = index.find(address);
      listed.push_back(found ? *found : Named{address, {}, whole, {}, {}});
    }
    named = std::move(listed);
  }
  if (named.empty() || dialect.sole) {
    const auto to = mime::addresses_of(notice.returned.get("to"));
    if (to.size() == 1) named = {Named{to.front(), {}, whole, {}, {}}};
  }
  const bool warning = is_warning(notice.text, message.headers().text("subject"));
  std::optional<Recipient> judged;  // by the words for all, which thousands may share
  for (auto& n : named) {
    std::string words = std::move(n.words);
    if (words.empty()) words = whole;
    const bool shares = n.phase.empty() && n.host.empty() && words == whole;
    if (shares && judged) {
      judged->final_recipient = std::move(n.address);
      judged->original_recipient = std::move(n.original);
      report.recipients.push_back(*judged);
      continue;
    }
    Recipient r;
    r.final_recipient = std::move(n.address);
    r.original_recipient = std::move(n.original);
    r.phase = std::move(n.phase);
    r.remote_mta = std::move(n.host);
    learn_from(words, r);
    settle_action(r, warning);
    judge(rules, &dialect, r, words);
    r.diagnostic = one_line(words);
    if (shares) judged = r;
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
  auto begin = text.rfind("\n\n", at);
  begin = begin == std::string_view::npos ? at + 1 : begin + 2;
  return text.substr(begin);
}

void read_bounce(const mime::Message& message, const Notice& notice, const reason::Rules& rules,
                 const Dialects& dialects, Report& report) {
  const Look look = look_of(message, notice);
  if (const auto* part = own_delivery_status(message)) {
    const auto* dialect = dialects.recognise(look, false);
    if (dialect != nullptr) report.origin = dialect->origin;
    std::string buffer;
    read_status(message, part->bytes(buffer), notice, dialect, rules, report);
    if (!report.recipients.empty()) return;
  }
  const auto* dialect = dialects.recognise(look, true);
  if (dialect == nullptr) return;
  report.origin = dialect->origin;
  if (look.automatic) {
    const auto status = status_in_text(notice.whole);
    if (!status.empty()) read_status(message, status, notice, dialect, rules, report);
    const auto wrapped = report.recipients.empty() ? wrapped_report(message) : std::string_view();
    if (!wrapped.empty()) {
      report = read_report(mime::Message::parse(wrapped), rules, dialects);
      return;
    }
  }
  if (report.recipients.empty()) read_words(message, notice, *dialect, rules, report);
}

}  // namespace

Report read_report(const mime::Message& message, const reason::Rules& rules,
                   const Dialects& dialects) {
  Report report;
  report.time = parse_rfc5322(message.headers().get("date"));
  if (auto from = mime::addresses_of(message.headers().get("from")); !from.empty()) {
    report.from = to_valid_utf8(from.front());
  }
  Notice notice;
  const bool receipt = message.root().type.parameter("report-type") == "disposition-notification";
  if (!receipt) {
    read_notice(message, dialects, notice);
    if (!read_feedback(message, report)) read_bounce(message, notice, rules, dialects, report);
    if (report.kind == Kind::Other && !report.recipients.empty()) report.kind = Kind::Bounce;
    if (report.kind == Kind::Other &&
        (read_unsubscribe(message, report) || read_vacation(message, report))) {
      report.origin.clear();
    }
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
