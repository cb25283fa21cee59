#pragma once

#include <span>
#include <vector>

#include "rules/policy.h"
#include "rules/stop_judge.h"

namespace hagaki::rules {

/// Writes into FailedMessage::day on which day each message was refused: that of the failure, or,
/// where it came back later, that of the delivery which it takes back. A night's bounces are the
/// evening's mailing, where others were delivered to. Returns for each delivery whether a bounce
/// took it back.
///
/// Both are sorted by recipient and time.
std::vector<bool> find_refusal_days(const Policy& policy, std::span<FailedMessage> failures,
                                    std::span<const SentMessage> deliveries);

}  // namespace hagaki::rules
