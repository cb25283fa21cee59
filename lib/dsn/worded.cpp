#include "dsn/worded.h"

#include <optional>

#include "dsn/delivery_status.h"
#include "dsn/ownership.h"
#include "dsn/verdict.h"

namespace hagaki::dsn {
namespace {

std::string domain_of(std::string_view address) {
  const auto at = address.rfind('@');
  return at == std::string_view::npos ? std::string() : std::string(address.substr(at + 1));
}

}  // namespace

void read_words(const Reading& reading, const Dialect& dialect, Report& report) {
  const auto& notice = reading.notice;
  auto [named, cut] = read_text_report(notice.text, reading.dialects.phrases(), &dialect,
                                       [&] { return reading.own_addresses(); });
  cut = cut || notice.text_cut();
  std::optional<std::string> for_all;
  const auto whole = [&]() -> const std::string& {
    if (!for_all) for_all = reading.words_for_all();
    return *for_all;
  };
  const auto failed = mime::addresses_of(reading.message.headers().get("x-failed-recipients"));
  if (!failed.empty()) {
    const NamedIndex index(named);
    std::vector<Named> listed;
    cut = failed.size() > kMaxRecipients;
    for (const auto& address : failed) {
      if (listed.size() == kMaxRecipients) break;
      const auto* found = index.find(address);
      listed.push_back(found ? *found : Named{address, {}, whole(), {}, {}});
    }
    named = std::move(listed);
  }
  if (named.empty() || dialect.sole) {
    auto address = envelope_recipient(notice.returned);
    // Whose it is may still show from the return path, without any name here.
    if (!address.empty() || named.empty()) {
      named = {Named{std::move(address), {}, whole(), {}, {}}};
    }
  }
  report.cut = report.cut || cut;
  const auto& look = reading.look;
  const bool warning = look.tenor.delay || look.subject_tenor.delay;
  const bool success = (look.tenor.success || look.subject_tenor.success) && !warning;
  if (report.reporting_mta.empty()) report.reporting_mta = domain_of(report.from);
  std::optional<Recipient> judged;  // by the words for all, which thousands may share
  for (auto& n : named) {
    std::string words = std::move(n.words);
    if (words.empty()) words = whole();
    const bool shares = named.size() > 1 && n.phase.empty() && n.host.empty() && words == whole();
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
    auto reply = learn_from(words, r);
    if (success && r.code == 0) r.action = "delivered";
    settle_action(r, warning);
    judge(reading.rules, &dialect, r, reply);
    if (r.reason == "onhold" && named.size() == 1 && words != whole()) {
      words += ' ' + whole();  // nothing was said of the recipient alone
      reply = learn_from(words, r);
      judge(reading.rules, &dialect, r, reply);
    }
    r.diagnostic = one_line(words);
    if (shares) judged = r;
    report.recipients.push_back(std::move(r));
  }
}

}  // namespace hagaki::dsn
