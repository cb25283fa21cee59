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
  NoticeWords(const Reading& reading, const Dialect* dialect)
      : reading_(reading),
        dialect_(dialect),
        has_phase_(reading.look.phase || !reading.look.whole),
        has_forwards_(reading.notice.text.find("(generated from ") != std::string_view::npos ||
                      reading.notice.text.find("(expanded from") != std::string_view::npos) {}

  /// What it says of `address`; of all recipients where it says nothing of one and `only` one is
  /// reported on.
  std::string words_of(const std::string& address, bool only) {
    const auto* found = index().find(address);
    if (found != nullptr && !found->words.empty()) return found->words;
    return only ? reading_.words_for_all() : std::string();
  }

  /// Where mail to `address` went: the fields of Exim and Sendmail name the address before
  /// forwarding, their words the one behind it. Empty where they do not tell.
  std::string forwarded(const std::string& address) {
    if (!has_forwards_) return {};
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

  /// True where it may tell a phase of the dialogue.
  [[nodiscard]] bool may_tell_phase() const { return has_phase_; }

  /// True where it says that the mail is still being tried.
  [[nodiscard]] bool warns() const { return reading_.look.tenor.delay; }

 private:
  const NamedIndex& index() {
    if (!index_) {
      named_ =
          read_text_report(reading_.notice.text, reading_.dialects.phrases(), dialect_, [this] {
            return reading_.own_addresses();
          }).named;
      index_.emplace(named_);
    }
    return *index_;
  }

  const Reading& reading_;
  const Dialect* dialect_;
  bool has_phase_;
  bool has_forwards_;
  std::vector<Named> named_;
  std::optional<NamedIndex> index_;
};

}  // namespace

void read_status(const Reading& reading, std::string_view body, const Dialect* dialect,
                 Report& report) {
  const auto status = parse_delivery_status(body);
  report.reporting_mta = host_of(status.message.get("reporting-mta"));
  report.message_id = message_id_of(status.message.get("x-original-message-id"));
  const auto sender = mime::addresses_of(without_type(status.message.get("x-postfix-sender")));
  if (!sender.empty()) report.envelope_sender = sender.front();
  report.cut = report.cut || status.cut;
  const auto arrived = parse_rfc5322(status.message.get("arrival-date"));
  NoticeWords said(reading, dialect);
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
    r.attempted = parse_rfc5322(fields.get("last-attempt-date"));
    if (!r.attempted) r.attempted = arrived;
    std::string words = one_line(without_type(diagnostic));
    auto reply = learn_from(words, r);
    // What the server said may stand only in the notice.
    const bool told = is_success(r) || (!words.empty() && (r.code != 0 || words.size() > 20));
    if (words.empty()) {
      words = comment_of(fields.get("status"));
      reply = quote_in(words).reply;
    }
    if (!told || (r.phase.empty() && said.may_tell_phase())) {
      const std::string more = said.words_of(r.final_recipient, only);
      if (r.phase.empty()) r.phase = std::string(quote_in(more).phase);
      if (!told && !more.empty()) {
        if (more.find(words) != std::string::npos) {
          words = more;
        } else {
          words += ' ' + more;
        }
        reply = learn_from(words, r);
      }
    }
    settle_action(r, r.status.starts_with("4.") && said.warns());
    judge(reading.rules, dialect, r, reply);
    r.diagnostic = one_line(words);
    report.recipients.push_back(std::move(r));
  }
}

}  // namespace hagaki::dsn
