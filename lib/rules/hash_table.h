#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace hagaki::rules {

/// A map from KeyHasher's hashes to small values: open addressing, linear probing, at most three
/// quarters full. Nothing is ever taken out. Hashes must not be 0.
template <class Value>
class HashTable {
 public:
  /// The value of `hash` and true when it was not there before (it is then Value{}).
  std::pair<Value&, bool> insert(std::uint64_t hash) {
    if ((size_ + 1) * 4 > slots_.size() * 3) grow();
    Slot& slot = slots_[place(hash)];
    const bool fresh = slot.hash == 0;
    if (fresh) {
      slot.hash = hash;
      ++size_;
    }
    return {slot.value, fresh};
  }

  /// The value of `hash`, or nullptr.
  [[nodiscard]] const Value* find(std::uint64_t hash) const {
    if (slots_.empty()) return nullptr;
    const Slot& slot = slots_[place(hash)];
    return slot.hash == 0 ? nullptr : &slot.value;
  }

  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  struct Slot {
    std::uint64_t hash = 0;
    [[no_unique_address]] Value value{};
  };

  [[nodiscard]] std::size_t place(std::uint64_t hash) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t i = hash & mask;
    while (slots_[i].hash != 0 && slots_[i].hash != hash) i = (i + 1) & mask;
    return i;
  }

  void grow() {
    std::vector<Slot> old(slots_.empty() ? 64 : slots_.size() * 2);
    old.swap(slots_);
    for (Slot& slot : old) {
      if (slot.hash != 0) slots_[place(slot.hash)] = std::move(slot);
    }
  }

  std::vector<Slot> slots_;
  std::size_t size_ = 0;
};

/// What a table holds that is only a set: takes no room in a slot.
struct Nothing {};
using HashSet = HashTable<Nothing>;

}  // namespace hagaki::rules
