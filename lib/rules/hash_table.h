#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace hagaki::rules {

/// A map from KeyHasher's hashes to small values: open addressing, linear probing, at most three
/// quarters full. Nothing is ever taken out. Hashes must not be 0. One byte of each hash lies
/// apart, close together, so that most of what is not there is known without a look at a slot.
template <class Value>
class HashTable {
 public:
  /// The value of `hash` and true when it was not there before (it is then Value{}).
  std::pair<Value&, bool> insert(std::uint64_t hash) {
    if ((size_ + 1) * 4 > slots_.size() * 3) grow();
    const std::size_t at = place(hash);
    Slot& slot = slots_[at];
    const bool fresh = tags_[at] == 0;
    if (fresh) {
      tags_[at] = tag(hash);
      slot.hash = hash;
      ++size_;
    }
    return {slot.value, fresh};
  }

  /// The value of `hash`, or nullptr.
  [[nodiscard]] const Value* find(std::uint64_t hash) const {
    if (slots_.empty()) return nullptr;
    const std::size_t at = place(hash);
    return tags_[at] == 0 ? nullptr : &slots_[at].value;
  }

  /// Says that `hash` will be asked for in a moment, so that memory can begin to bring it.
  void expect(std::uint64_t hash) const {
    if (tags_.empty()) return;
    const std::size_t at = hash & (tags_.size() - 1);
    __builtin_prefetch(&tags_[at]);
  }

  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  struct Slot {
    std::uint64_t hash = 0;
    [[no_unique_address]] Value value{};
  };

  /// Never 0, which stands for an empty slot.
  static std::uint8_t tag(std::uint64_t hash) { return static_cast<std::uint8_t>(hash >> 56 | 1); }

  [[nodiscard]] std::size_t place(std::uint64_t hash) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t i = hash & mask;
    const std::uint8_t wanted = tag(hash);
    while (tags_[i] != 0 && (tags_[i] != wanted || slots_[i].hash != hash)) i = (i + 1) & mask;
    return i;
  }

  void grow() {
    std::vector<Slot> old(slots_.empty() ? 64 : slots_.size() * 2);
    old.swap(slots_);
    tags_.assign(slots_.size(), 0);
    for (Slot& slot : old) {
      if (slot.hash == 0) continue;
      const std::size_t at = place(slot.hash);
      tags_[at] = tag(slot.hash);
      slots_[at] = std::move(slot);
    }
  }

  std::vector<Slot> slots_;
  std::vector<std::uint8_t> tags_;  ///< of each slot; 0 = empty
  std::size_t size_ = 0;
};

/// What a table holds that is only a set: takes no room in a slot.
struct Nothing {};
using HashSet = HashTable<Nothing>;

}  // namespace hagaki::rules
