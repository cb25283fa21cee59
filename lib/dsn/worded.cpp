#include "dsn/worded.h"

#include <optional>

#include "base/limits.h"
#include "base/text.h"
#include "dsn/delivery_status.h"
#include "dsn/ownership.h"
#include "dsn/verdict.h"

namespace hagaki::dsn {
namespace {

constexpr std::size_t kBegin = 8000;  // of a notice, bytes in which it may say that it warns

std::string domain_of(std::string_view address) {
  const auto at = address.rfind('@');
  return at == std::string_view::npos ? std::string() : std::string(address.substr(at + 1));
}

}  // namespace

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

Tenor tenor_of(const Notice& notice, std::string_view subject, const Dialects& dialects) {
  std::string begin = squeeze(utf8_prefix(notice.text, kBegin));
  begin.append("\n").append(subject);
  return dialects.tenor_of(ascii_lower(begin));
}

void read_words(const mime::Message& message, const Notice& notice, const Dialects& dialects,
                const Dialect& dialect, const reason::Rules& rules, Report& report) {
  auto named =
      read_text_report(notice.text, dialects.phrases(), &dialect, own_addresses(message, notice));
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
    auto address = envelope_recipient(notice.returned);
    // Whose it is may still show from the return path, without any name here.
    if (!address.empty() || named.empty()) {
      named = {Named{std::move(address), {}, whole, {}, {}}};
    }
  }
  const std::string subject = message.headers().text("subject");
  const auto tenor = tenor_of(notice, subject, dialects);
  const bool warning = tenor.delay;
  const bool success = tenor.success && !warning;
  if (report.reporting_mta.empty()) report.reporting_mta = domain_of(report.from);
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
    if (success && r.code == 0) r.action = "delivered";
    settle_action(r, warning);
    judge(rules, &dialect, r, words);
    if (r.reason == "onhold" && words != whole && named.size() == 1) {
      words += ' ' + whole;  // nothing was said of the recipient alone
      learn_from(words, r);
      judge(rules, &dialect, r, words);
    }
    r.diagnostic = one_line(words);
    if (shares) judged = r;
    report.recipients.push_back(std::move(r));
  }
}

}  // namespace hagaki::dsn
