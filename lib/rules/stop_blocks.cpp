#include "rules/stop_blocks.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <span>
#include <unordered_map>
#include <utility>

namespace hagaki::rules {
namespace {

/// One recipient's days at a receiver, each once.
using Days = std::set<std::int64_t>;

/// What is known of the messages of one recipient, found again by their names: two are the same by
/// Message-ID, where either has none by campaign.
class Messages {
 public:
  void note(const SentMessage& m, std::uint32_t value) {
    if (m.message) by_message_.emplace(m.message, value);
    if (m.campaign) by_campaign_.emplace(m.campaign, value);
    if (m.campaign && !m.message) without_message_.emplace(m.campaign, value);
  }

  /// What was noted first of this message; 0 for nothing.
  [[nodiscard]] std::uint32_t find(const SentMessage& m) const {
    if (m.message) {
      if (const auto at = by_message_.find(m.message); at != by_message_.end()) return at->second;
    }
    const auto& campaigns = m.message ? without_message_ : by_campaign_;
    const auto at = campaigns.find(m.campaign);
    return at == campaigns.end() ? 0 : at->second;
  }

 private:
  std::unordered_map<std::uint64_t, std::uint32_t> by_message_;
  std::unordered_map<std::uint64_t, std::uint32_t> by_campaign_;
  std::unordered_map<std::uint64_t, std::uint32_t> without_message_;
};

bool may_count(const FailedMessage& f) {
  return f.may_be_block && f.what.receiver != 0 && f.what.time != kUnknownTime;
}

/// The days on which a recipient with these failures was refused.
Days refused_days(const Policy& policy, std::span<const FailedMessage> own) {
  Days days;
  Messages seen;
  for (const auto& f : own) {
    if (!may_count(f)) continue;
    if (seen.find(f.what) == 0) days.insert(day_of(policy, f.what.time));
    seen.note(f.what, 1);
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
    for (const auto day : refused_days(policy, own)) ++refused[{own.front().what.receiver, day}];
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
    const Days refused = suspect(what.receiver) ? refused_days(policy, own) : Days();
    for (const auto day : refused) finder.note(what.receiver, day, 0, 1);
    take(what.recipient, refused);
  });
  while (delivery != deliveries.end()) take(delivery->recipient, {});

  auto blocks = finder.blocks();
  std::map<std::pair<std::uint32_t, std::int64_t>, std::uint32_t> numbers;
  for (const auto& b : blocks) {
    numbers.emplace(std::pair(b.receiver, b.day), static_cast<std::uint32_t>(numbers.size() + 1));
  }
  if (blocks.empty()) return blocks;
  for_each_recipient(failures, [&](auto own) {
    // What was refused in the flood and sent back later is one failure.
    Messages in_flood;
    for (auto& f : own) {
      if (!may_count(f)) continue;
      const auto found = numbers.find({f.what.receiver, day_of(policy, f.what.time)});
      f.block = found != numbers.end() ? found->second : in_flood.find(f.what);
      if (f.block != 0) in_flood.note(f.what, f.block);
    }
  });
  return blocks;
}

}  // namespace hagaki::rules
