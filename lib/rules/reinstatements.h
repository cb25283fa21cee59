#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "rules/stop_judge.h"

namespace hagaki::rules {

/// From when on which failures count again, as somebody said by hand: of one recipient, or of all
/// at a receiver.
class Reinstatements {
 public:
  /// `wishes`: complaints and unsubscriptions up to then are void as well. A failure without a time
  /// counts still: it may have come later.
  void of_recipient(std::uint64_t hash, Timestamp up_to, bool wishes);
  void of_receiver(std::uint32_t number, Timestamp up_to);

  /// Takes away what does not count any more. That a message failed stays: it may have been a
  /// block, and it takes its delivery back.
  void apply(std::vector<FailedMessage>& failures) const;

 private:
  struct Own {
    Timestamp up_to{};
    std::optional<Timestamp> wishes_up_to;
  };

  [[nodiscard]] std::optional<Timestamp> up_to(const FailedMessage& failure) const;

  std::unordered_map<std::uint64_t, Own> recipients_;       // by hash
  std::unordered_map<std::uint32_t, Timestamp> receivers_;  // by number
};

}  // namespace hagaki::rules
