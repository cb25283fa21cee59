#pragma once

#include "base/result.h"
#include "rules/policy.h"
#include "rules/stop.h"
#include "store/history.h"

namespace hagaki::store {

/// Gives all that the history holds to `stop`, which judges then as if it had read all logs, and
/// the events among it to `also`. StopRules::settle() is left to the caller. `policy` is that of
/// `stop`.
Result<void> judge_by(History& history, const rules::Policy& policy, rules::StopRules& stop,
                      const History::Each& also);

/// How History::reinstate() names a provider: this before its id.
constexpr std::string_view kProviderPrefix = "provider=";

}  // namespace hagaki::store
