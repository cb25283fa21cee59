#include "rules/stop_blocks.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <span>
#include <utility>

#include "rules/messages.h"

namespace hagaki::rules {
namespace {

constexpr std::int64_t kDay = 86'400'000;  // ms

/// One recipient's days at a receiver, each once.
using Days = std::set<std::int64_t>;

bool may_count(const FailedMessage& f) {
  return f.may_be_block && f.what.receiver != 0 && f.what.time != kUnknownTime;
}

/// What a message was noted with before. Names of campaigns are used again: only what comes back
/// may be an older message by that name.
template <class Value>
const Value* known(const Messages<Value>& messages, const FailedMessage& f) {
  return f.bounce ? messages.find(f.what) : messages.find_by_id(f.what);
}

/// The days on which a recipient with these failures was refused.
Days refused_days(std::span<const FailedMessage> own) {
  Days days;
  Messages<bool> seen;
  for (const auto& f : own) {
    if (!may_count(f)) continue;
    if (!known(seen, f)) days.insert(f.day);
    seen.note(f.what, true);
  }
  return days;
}

/// Calls `each` with the failures of one recipient after the other.
template <class Failures, class Each>
void for_each_recipient(Failures& failures, Each each) {
  for (std::size_t first = 0; first < failures.size();) {
    std::size_t last = first;
    while (last < failures.size() &&
           failures[last].what.recipient == failures[first].what.recipient) {
      ++last;
    }
    each(std::span(failures).subspan(first, last - first));
    first = last;
  }
}

}  // namespace

bool may_be_block(std::string_view reason) {
  constexpr std::array<std::string_view, 10> kReasons = {
      "userunknown",   "hasmoved", "suspend",    "notaccept",   "filtered",
      "badreputation", "blocked",  "requireptr", "authfailure", "rejected"};
  return std::find(kReasons.begin(), kReasons.end(), reason) != kReasons.end();
}

std::vector<std::uint32_t> suspected(const Policy& policy,
                                     const std::vector<FailedMessage>& failures,
                                     const std::vector<CountedAnswers>& counted) {
  const BlockRule& rule = policy.block;
  if (!rule.on) return {};
  std::map<std::pair<std::uint32_t, std::int64_t>, std::uint64_t> refused;
  for_each_recipient(failures, [&](auto own) {
    for (const auto day : refused_days(own)) ++refused[{own.front().what.receiver, day}];
  });
  for (const auto& c : counted) {
    if (c.refused > 0) refused[{c.receiver, c.day}] += c.refused;
  }
  std::vector<std::uint32_t> out;
  for (const auto& [place, number] : refused) {
    const bool many = number >= std::min(rule.limits.minimum, rule.limits.minimum_new);
    if (many && (out.empty() || out.back() != place.first)) out.push_back(place.first);
  }
  return out;
}

std::vector<Block> mark_blocks(const Policy& policy, const std::vector<std::uint32_t>& suspects,
                               std::vector<FailedMessage>& failures,
                               const std::vector<SentMessage>& deliveries,
                               const std::vector<bool>& taken_back,
                               const std::vector<CountedAnswers>& counted) {
  const auto suspect = [&](std::uint32_t receiver) {
    return std::binary_search(suspects.begin(), suspects.end(), receiver);
  };
  BlockFinder finder(policy.block.limits);
  for (const auto& c : counted) {
    if (suspect(c.receiver)) finder.note(c.receiver, c.day, c.taken, c.refused);
  }
  auto delivery = deliveries.begin();
  // Counts the days on which a recipient was delivered to, and not refused.
  const auto take = [&](std::uint64_t recipient, const Days& refused) {
    std::int64_t last = kUnknownTime;
    for (; delivery != deliveries.end() && delivery->recipient == recipient; ++delivery) {
      if (delivery->time == kUnknownTime || !suspect(delivery->receiver)) continue;
      if (taken_back[static_cast<std::size_t>(delivery - deliveries.begin())]) continue;
      const std::int64_t day = day_of(policy, delivery->time);
      if (day != last && !refused.contains(day)) finder.note(delivery->receiver, day, 1, 0);
      last = day;
    }
  };
  const auto take_until = [&](std::uint64_t recipient) {
    while (delivery != deliveries.end() && delivery->recipient < recipient) {
      take(delivery->recipient, {});
    }
  };
  for_each_recipient(failures, [&](auto own) {
    const SentMessage& what = own.front().what;
    take_until(what.recipient);
    const Days refused = suspect(what.receiver) ? refused_days(own) : Days();
    for (const auto day : refused) finder.note(what.receiver, day, 0, 1);
    take(what.recipient, refused);
  });
  while (delivery != deliveries.end()) take(delivery->recipient, {});

  const std::int64_t hold = policy.block.hold.count();
  auto blocks = finder.blocks(hold / kDay);
  std::map<std::pair<std::uint32_t, std::int64_t>, std::uint32_t> numbers;
  for (const auto& b : blocks) {
    const auto number = static_cast<std::uint32_t>(&b - blocks.data() + 1);
    numbers.emplace(std::pair(b.receiver, b.day), number);
    for (const auto day : b.edges) numbers.emplace(std::pair(b.receiver, day), number);
  }
  if (blocks.empty()) return blocks;
  for_each_recipient(failures, [&](auto own) {
    // What was refused in the flood and sent back later is one failure.
    Messages<const FailedMessage*> in_flood;
    for (auto& f : own) {
      if (!may_count(f)) continue;
      const auto found = numbers.find({f.what.receiver, f.day});
      if (found != numbers.end()) {
        f.block = found->second;
      } else if (const auto* before = known(in_flood, f)) {
        if (f.what.time <= (*before)->what.time + hold) f.block = (*before)->block;
      }
      if (f.block != 0) in_flood.note(f.what, &f);
    }
  });
  return blocks;
}

}  // namespace hagaki::rules
