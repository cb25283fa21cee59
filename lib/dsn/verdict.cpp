#include "dsn/verdict.h"

#include "base/limits.h"
#include "base/text.h"
#include "dsn/diagnostic.h"

namespace hagaki::dsn {

std::string one_line(std::string_view text) {
  return std::string(utf8_prefix(to_valid_utf8(squeeze(text)), limits::kDiagnostic));
}

bool is_success(const Recipient& r) {
  return r.action == "delivered" || r.action == "relayed" || r.action == "expanded";
}

std::string_view learn_from(std::string_view words, Recipient& r) {
  const auto quote = quote_in(words);
  Codes codes = find_codes(quote.reply);
  const bool none = codes.code == 0 && codes.status.empty();
  if (none && quote.reply.size() < words.size()) codes = find_codes(words);
  if (r.code == 0) r.code = codes.code;
  // What the server said outranks what the reporter made of it, where the latter says nothing
  // (x.0.0), only that time ran out (4.4.7), or contradicts the reply code.
  const bool replaceable = r.status.empty() || r.status.ends_with(".0.0") || r.status == "4.4.7" ||
                           (codes.code != 0 && r.status.front() - '0' != codes.code / 100);
  if (replaceable && !codes.status.empty()) r.status = std::string(codes.status);
  if (r.phase.empty()) r.phase = std::string(quote.phase);
  if (r.remote_mta.empty()) r.remote_mta = std::string(quote.host);
  return quote.reply;
}

reason::Said said_of(const Recipient& r, std::string_view reply) {
  const bool program = r.phase.empty() && ascii_iequals(r.diagnostic_type, "x-unix");
  return {.code = r.code,
          .status = r.status,
          .text = reply,
          .phase = program ? std::string_view("program") : std::string_view(r.phase),
          .host = r.remote_mta,
          .recipient = r.final_recipient};
}

void judge(const reason::Rules& rules, const Dialect* dialect, Recipient& r,
           std::string_view reply) {
  if (is_success(r)) {
    r.reason = "delivered";
    r.hard = false;
    return;
  }
  const auto verdict = rules.judge(said_of(r, reply));
  r.reason = verdict.reason;
  r.hard = verdict.hard;
  r.rule = verdict.rule;
  if (dialect != nullptr && !dialect->reason.empty() &&
      (r.reason == "onhold" || r.reason == "undefined")) {
    r.reason = dialect->reason;
    r.hard = reason::is_hard(r.reason);
  }
  // Nobody has given up an address that is still being tried, unless a server said 5xx.
  if (r.action == "delayed" && r.code / 100 != 5 && !r.status.starts_with("5.")) r.hard = false;
}

void settle_action(Recipient& r, bool warning) {
  if (r.action.empty()) r.action = warning ? "delayed" : "failed";
}

void settle_reason(Recipient& r) {
  if (r.action == "delayed" && (r.reason == "onhold" || r.reason == "undefined")) {
    r.reason = "expired";
  }
}

}  // namespace hagaki::dsn
