#pragma once

#include <string>
#include <string_view>

#include "dsn/dialects.h"
#include "dsn/report.h"
#include "reason/judge.h"

namespace hagaki::dsn {

/// `text` as a diagnostic: one line of valid UTF-8, at most limits::kDiagnostic bytes.
std::string one_line(std::string_view text);

/// True where the recipient's mail went on: delivered, relayed, expanded.
bool is_success(const Recipient& recipient);

/// Takes codes, phase and host out of `words` where the recipient has none yet. What the server
/// said outranks what the reporter made of it, where the latter says nothing (x.0.0), only that
/// time ran out (4.4.7), or contradicts the reply code.
/// Gives what is to be judged: the server's own words, a view into `words` (see Quote::reply).
std::string_view learn_from(std::string_view words, Recipient& recipient);

/// Action where the report does not say: a 4xx is still being tried only when the notice says so.
void settle_action(Recipient& recipient, bool warning);

/// A warning whose words allow no verdict says that time has passed without success.
void settle_reason(Recipient& r);

/// What the rules are asked about a recipient: codes, phase and host as they are known, and the
/// server's own words, `reply`. Views into both. Where a program spoke and no server
/// (Diagnostic-Code of type X-Unix), the phase is "program".
reason::Said said_of(const Recipient& recipient, std::string_view reply);

/// Fills reason, hard and rule from `reply`, the server's own words. `dialect` (may be null)
/// decides where they allow no verdict.
void judge(const reason::Rules& rules, const Dialect* dialect, Recipient& recipient,
           std::string_view reply);

}  // namespace hagaki::dsn
