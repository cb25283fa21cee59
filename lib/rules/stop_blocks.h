#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "rules/block_finder.h"
#include "rules/policy.h"
#include "rules/stop_judge.h"

namespace hagaki::rules {

/// Answers of a day that come from counters and not from events.
struct CountedAnswers {
  std::uint32_t receiver = 0;
  std::int64_t day = 0;  ///< as day_of() counts
  std::uint64_t taken = 0;
  std::uint64_t refused = 0;
};

/// Whether a failure for this reason may be the receiver's word against us: it looks like a dead
/// address, or it is called a refusal. Not what concerns one mailbox's room, one message's size or
/// content, our network, or a domain that does not exist (nobody refuses there).
bool may_be_block(std::string_view reason);

/// Finds the days on which a receiver refused us and writes into FailedMessage::block of each
/// failure in such a flood, or at its edges, the number of its block, from 1. A recipient counts
/// once a day, a message on the day of its first failure.
///
/// `failures` and `deliveries` are sorted by recipient and time, without repeated deliveries, and
/// the days of refusals are found; `taken_back` are the deliveries by find_refusal_days(),
/// `suspects` the receivers by suspected().
std::vector<Block> mark_blocks(const Policy& policy, const std::vector<std::uint32_t>& suspects,
                               std::vector<FailedMessage>& failures,
                               const std::vector<SentMessage>& deliveries,
                               const std::vector<bool>& taken_back,
                               const std::vector<CountedAnswers>& counted);

/// The receivers, sorted, that refused so many on some day that it may be a block: only their
/// deliveries need be looked at. `failures` as in mark_blocks().
std::vector<std::uint32_t> suspected(const Policy& policy,
                                     const std::vector<FailedMessage>& failures,
                                     const std::vector<CountedAnswers>& counted);

}  // namespace hagaki::rules
