#include "reason/rules_state.h"

#include <array>
#include <cstring>
#include <string_view>

namespace hagaki::reason {
namespace {

constexpr std::uint32_t kUnindexed = 16;  // questions

/// Which four bytes stand together in a text. It may say yes where they do not.
class Grams {
 public:
  explicit Grams(std::string_view text) {
    for (; text.size() >= kSize; text.remove_prefix(1)) {
      const auto bit = bit_of(load(text));
      bits_[bit / 64] |= std::uint64_t{1} << (bit % 64);
    }
  }

  /// False when `words`, as a rule's author wrote them, cannot stand in the text.
  [[nodiscard]] bool may_hold(std::string_view words) const {
    return words.size() < kSize ||
           (may_hold(load(words)) && may_hold(load(words.substr(words.size() - kSize))));
  }

 private:
  static constexpr std::size_t kSize = 4;
  static constexpr unsigned kBits = 15;

  static std::uint32_t load(std::string_view from) {
    std::uint32_t gram = 0;
    std::memcpy(&gram, from.data(), kSize);
    return gram;
  }
  /// Large and small letters, and a few signs, are the same.
  static std::uint32_t bit_of(std::uint32_t gram) {
    return (gram | 0x20202020U) * 0x9E3779B1U >> (32 - kBits);
  }
  /// fold() writes anew what is not ASCII, and the "-" of "e-mail".
  static bool is_rewritten(std::uint32_t gram) {
    constexpr std::uint32_t kHigh = 0x80808080U;
    const std::uint32_t hyphens = gram ^ 0x2D2D2D2DU;
    return (gram & kHigh) != 0 || ((hyphens - 0x01010101U) & ~hyphens & kHigh) != 0;
  }
  [[nodiscard]] bool may_hold(std::uint32_t gram) const {
    const auto bit = bit_of(gram);
    return is_rewritten(gram) || (bits_[bit / 64] >> (bit % 64) & 1U) != 0;
  }

  std::array<std::uint64_t, (1U << kBits) / 64> bits_{};
};

}  // namespace

const Patterns* Rules::State::count() const {
  if (asked_.fetch_add(1, std::memory_order_relaxed) < kUnindexed) return nullptr;
  const std::lock_guard lock(indexing_);
  if (ready_.load(std::memory_order_relaxed) == nullptr) {
    for (std::uint32_t i = 0; i < rows.size(); ++i) {
      for (const auto& pattern : rows[i].match) index_.add(pattern, i);
    }
    index_.build();
    ready_.store(&index_, std::memory_order_release);
  }
  return &index_;
}

Patterns Rules::State::likely(const SeenText& text) const {
  const Grams grams(text.bytes);
  Patterns found;
  for (std::uint32_t i = 0; i < rows.size(); ++i) {
    for (const auto& pattern : rows[i].match) {
      if (grams.may_hold(first_words(pattern))) found.add(pattern, i);
    }
  }
  found.build();
  return found;
}

}  // namespace hagaki::reason
