#pragma once

#include <array>
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
    for_bits(key, [this](std::size_t line, std::size_t word, std::uint64_t bit) {
      lines_[line].words[word] |= bit;
      return true;
    });
  }

  [[nodiscard]] bool may_have(std::string_view key) const {
    return for_bits(key, [this](std::size_t line, std::size_t word, std::uint64_t bit) {
      return (lines_[line].words[word] & bit) != 0;
    });
  }

 private:
  /// A line of the processor's cache.
  struct alignas(64) Line {
    std::array<std::uint64_t, 8> words{};
  };
  static constexpr std::size_t kLines = std::size_t{1} << 16;

  /// Calls `each` for the key's bits, which are all in one line, until it answers false; whether it
  /// always answered true.
  template <class Each>
  static bool for_bits(std::string_view key, Each each) {
    constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15u;
    std::uint64_t hash = std::hash<std::string_view>{}(key);
    const std::size_t line = (hash >> 9) % kLines;
    for (int i = 0; i < 4; ++i, hash = (hash ^ (hash >> 29)) * kOdd) {
      if (!each(line, hash % 8, std::uint64_t{1} << ((hash >> 3) % 64))) return false;
    }
    return true;
  }

  std::vector<Line> lines_ = std::vector<Line>(kLines);
};

}  // namespace hagaki::store
