#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace hagaki::store {

/// Tells quickly that a key was never added; that one was added, it can only suspect (a Bloom
/// filter of 4 MiB: wrong for about 1 key in 1,000 with a million keys in it, more often beyond).
class KnownKeys {
 public:
  void add(std::string_view key) {
    for_bits(key, [this](std::size_t word, std::uint64_t bit) {
      words_[word] |= bit;
      return true;
    });
  }

  [[nodiscard]] bool may_have(std::string_view key) const {
    return for_bits(
        key, [this](std::size_t word, std::uint64_t bit) { return (words_[word] & bit) != 0; });
  }

 private:
  static constexpr std::size_t kWords = std::size_t{1} << 19;

  /// Calls `each` for the key's bits, which lie in one line of the cache, until one answers false;
  /// whether all answered true.
  template <class Each>
  static bool for_bits(std::string_view key, Each each) {
    constexpr std::size_t kLine = 8;
    constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15u;
    std::uint64_t hash = std::hash<std::string_view>{}(key);
    const std::size_t line = (hash >> 9) % (kWords / kLine) * kLine;
    for (int i = 0; i < 4; ++i, hash = (hash ^ (hash >> 29)) * kOdd) {
      if (!each(line + hash % kLine, std::uint64_t{1} << ((hash >> 3) % 64))) return false;
    }
    return true;
  }

  std::vector<std::uint64_t> words_ = std::vector<std::uint64_t>(kWords);
};

}  // namespace hagaki::store
