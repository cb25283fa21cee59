#pragma once

#include <cstdint>
#include <unordered_map>

#include "rules/stop_judge.h"

namespace hagaki::rules {

/// What is known of the messages of one recipient, found again by their names: two are the same by
/// Message-ID, where either has none by campaign.
template <class Value>
class Messages {
 public:
  /// Of a message that is noted again the first value stays.
  void note(const SentMessage& m, Value value) {
    if (m.message) by_message_.emplace(m.message, value);
    if (m.campaign) by_campaign_.emplace(m.campaign, value);
    if (m.campaign && !m.message) without_message_.emplace(m.campaign, value);
  }

  /// What was noted of the message with this Message-ID; null for nothing.
  [[nodiscard]] const Value* find_by_id(const SentMessage& m) const {
    return find(by_message_, m.message);
  }
  /// What was noted of this message; null for nothing.
  [[nodiscard]] const Value* find(const SentMessage& m) const {
    if (const auto* found = find_by_id(m)) return found;
    return find(m.message ? without_message_ : by_campaign_, m.campaign);
  }

 private:
  using Table = std::unordered_map<std::uint64_t, Value>;

  static const Value* find(const Table& table, std::uint64_t name) {
    const auto at = name ? table.find(name) : table.end();
    return at == table.end() ? nullptr : &at->second;
  }

  Table by_message_;
  Table by_campaign_;
  Table without_message_;
};

}  // namespace hagaki::rules
