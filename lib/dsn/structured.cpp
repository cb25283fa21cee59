#include "dsn/structured.h"

#include <optional>
#include <utility>
#include <vector>

#include "base/text.h"
#include "dsn/delivery_status.h"
#include "dsn/diagnostic.h"
#include "dsn/ownership.h"
#include "dsn/verdict.h"
#include "dsn/worded.h"

namespace hagaki::dsn {
namespace {

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

/// The notice beside a delivery status, read when a field leaves something out.
class NoticeWords {
 public:
  NoticeWords(const mime::Message& message, const Notice& notice, const Dialects& dialects,
              const Dialect* dialect)
      : message_(message), notice_(notice), dialects_(dialects), dialect_(dialect) {}

  /// What it says of `address`; of all recipients where it says nothing of one and `only` one is
  /// reported on.
  std::string words_of(const std::string& address, bool only) {
    const auto* found = index().find(address);
    if (found != nullptr && !found->words.empty()) return found->words;
    return only ? words_for_all(notice_) : std::string();
  }

  /// Where mail to `address` went: the fields of Exim and Sendmail name the address before
  /// forwarding, their words the one behind it. Empty where they do not tell.
  std::string forwarded(const std::string& address) {
    const std::string_view text = notice_.text;
    if (text.find("(generated from ") == text.npos && text.find("(expanded from") == text.npos) {
      return {};
    }
    index();
    const Named* target = nullptr;
    for (const auto& n : named_) {
      if (ascii_iequals(n.address, address)) return {};
      if (!ascii_iequals(n.original, address)) continue;
      if (target != nullptr) return {};  // several: whose fields these are is unknown
      target = &n;
    }
    return target == nullptr ? std::string() : target->address;
  }

  /// True where it says that the mail is still being tried.
  bool warns() {
    if (!warning_) warning_ = tenor_of(notice_, {}, dialects_).delay;
    return *warning_;
  }

 private:
  const NamedIndex& index() {
    if (!index_) {
      named_ = read_text_report(notice_.text, dialects_.phrases(), dialect_,
                                own_addresses(message_, notice_));
      index_.emplace(named_);
    }
    return *index_;
  }

  const mime::Message& message_;
  const Notice& notice_;
  const Dialects& dialects_;
  const Dialect* dialect_;
  std::vector<Named> named_;
  std::optional<NamedIndex> index_;
  std::optional<bool> warning_;
};

}  // namespace

void read_status(const mime::Message& message, std::string_view body, const Notice& notice,
                 const Dialects& dialects, const Dialect* dialect, const reason::Rules& rules,
                 Report& report) {
  const auto status = parse_delivery_status(body);
  report.reporting_mta = host_of(status.message.get("reporting-mta"));
  report.message_id = message_id_of(status.message.get("x-original-message-id"));
  const auto sender = mime::addresses_of(without_type(status.message.get("x-postfix-sender")));
  if (!sender.empty()) report.envelope_sender = sender.front();
  NoticeWords said(message, notice, dialects, dialect);
  const bool only = status.recipients.size() == 1;
  for (const auto& fields : status.recipients) {
    Recipient r;
    r.final_recipient = recipient_address(fields.get("final-recipient"));
    r.original_recipient = recipient_address(fields.get("original-recipient"));
    if (r.final_recipient.empty()) r.final_recipient = r.original_recipient;
    if (r.final_recipient.empty()) {
      r.final_recipient = recipient_address(fields.get("x-actual-recipient"));
    }
    if (r.final_recipient.empty()) continue;
    // Some name the address before forwarding, and elsewhere where the mail went.
    if (auto target = said.forwarded(r.final_recipient); !target.empty()) {
      auto named = std::exchange(r.final_recipient, std::move(target));
      if (r.original_recipient.empty()) r.original_recipient = std::move(named);
    }
    r.action = action_of(fields.get("action"));
    r.status = std::string(leading_status(fields.get("status")));
    r.remote_mta = host_of(fields.get("remote-mta"));
    const auto diagnostic = fields.get("diagnostic-code");
    r.diagnostic_type = type_before(diagnostic);
    r.attempted = dated(fields.get("last-attempt-date"));
    if (!r.attempted) r.attempted = dated(status.message.get("arrival-date"));
    std::string words = one_line(without_type(diagnostic));
    learn_from(words, r);
    // What the server said may stand only in the notice.
    const bool told = is_success(r) || (!words.empty() && (r.code != 0 || words.size() > 20));
    if (words.empty()) words = comment_of(fields.get("status"));
    if (!told || r.phase.empty()) {
      const std::string more = said.words_of(r.final_recipient, only);
      if (r.phase.empty()) r.phase = std::string(find_phase(more));
      if (!told && !more.empty()) {
        if (more.find(words) != std::string::npos) {
          words = more;
        } else {
          words += ' ' + more;
        }
        learn_from(words, r);
      }
    }
    settle_action(r, r.status.starts_with("4.") && said.warns());
    judge(rules, dialect, r, words);
    r.diagnostic = one_line(words);
    report.recipients.push_back(std::move(r));
  }
}

}  // namespace hagaki::dsn
