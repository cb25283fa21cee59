#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

#include "reason/judge.h"
#include "reason/patterns.h"

namespace hagaki::reason {

/// The rows and what makes them quick to ask. To index the patterns takes as long as thousands of
/// questions, so the first few are answered without: many a program asks only once.
struct Rules::State {
  std::vector<Rule> rows;
  std::vector<std::uint32_t> wordless;  ///< rows without words, in their order

  /// Calls `hit` with the index of each row one of whose patterns stands in `text`; rows may
  /// repeat.
  template <class Hit>
  void find(const SeenText& text, Hit hit) const {
    const Patterns* all = ready_.load(std::memory_order_acquire);
    if (all == nullptr) all = count();
    if (all != nullptr) {
      all->find(text, hit);
    } else {
      likely(text).find(text, hit);
    }
  }

 private:
  /// Counts a question; the index once there were enough, nullptr before.
  [[nodiscard]] const Patterns* count() const;
  /// The patterns that may stand in `text`, ready to be looked for.
  [[nodiscard]] Patterns likely(const SeenText& text) const;

  mutable std::atomic<std::uint32_t> asked_ = 0;
  mutable std::mutex indexing_;
  mutable Patterns index_;  ///< ids are indexes of rows
  mutable std::atomic<const Patterns*> ready_ = nullptr;
};

}  // namespace hagaki::reason
