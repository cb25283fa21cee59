#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace hagaki {

/// Finds many words in one pass over a text. Each place is asked, by a hash of four bytes and a
/// bit, whether a word may begin there; where one may, those that share eight bytes, or four, are
/// compared. Quickly made, since tools that run for one mail make it each time, and small enough to
/// stay in the processor's nearest memory.
class WordFinder {
 public:
  enum class Compare {
    Exact,     ///< bytes as they are
    Caseless,  ///< without regard to ASCII case; words are given in lower case
  };

  explicit WordFinder(Compare compare = Compare::Exact)
      : fold_(compare == Compare::Caseless ? 0x2020202020202020U : 0U) {}

  /// Adds a word that stands for `number`; the same word may stand for several. An empty one is
  /// found nowhere. Not after build().
  void add(std::string_view word, std::uint32_t number);
  /// The same with A-Z made a-z.
  void add_lower(std::string_view word, std::uint32_t number);
  /// Makes the tables; call once.
  void build();

  /// Calls `hit(number, end)` for each place where a word stands in `text`, in the order in which
  /// they begin; of words that begin together in any order.
  template <class Hit>
  void find(std::string_view text, Hit hit) const {
    if (entries_.empty()) return;
    std::size_t at = 0;
    for (; at + kLong <= text.size(); ++at) look_at(text, at, load(text.data() + at), hit);
    for (; at < text.size(); ++at) look_at(text, at, load_end(text.substr(at)), hit);
  }

 private:
  // Words are looked up by as many of their first bytes: the most of these that they have.
  static constexpr std::size_t kLong = 8;
  static constexpr std::size_t kMiddle = 4;
  static constexpr unsigned kShortBits = 12;

  /// A word as it is compared once its first bytes were met.
  struct Entry {
    std::uint32_t begin;   ///< in bytes_
    std::uint32_t length;  ///< bytes
    std::uint32_t number;
  };
  /// The entries of all words that begin alike: a slot of a hash table, free where count is 0.
  struct Slot {
    std::uint64_t key = 0;    ///< their first bytes, the first lowest
    std::uint32_t first = 0;  ///< in entries_
    std::uint32_t count = 0;
    std::uint32_t length = 0;  ///< of the key: kLong, kMiddle, or of a word shorter than these
  };

  /// kLong bytes, the first lowest.
  static std::uint64_t load(const char* from) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, from, sizeof bytes);
    if constexpr (std::endian::native == std::endian::big) bytes = __builtin_bswap64(bytes);
    return bytes;
  }
  /// The same of fewer bytes, with zeros behind.
  static std::uint64_t load_end(std::string_view s) {
    char bytes[kLong] = {};
    std::memcpy(bytes, s.data(), s.size() < kLong ? s.size() : kLong);
    return load(bytes);
  }
  static std::uint64_t first_of(std::uint64_t bytes, std::size_t length) {
    return length >= kLong ? bytes : bytes & ((std::uint64_t{1} << (8 * length)) - 1U);
  }
  /// The bit of a word's first kMiddle bytes in filter_.
  [[nodiscard]] std::uint32_t filter_bit(std::uint64_t bytes) const {
    return (static_cast<std::uint32_t>(bytes) * 0x9E3779B1U) >> filter_shift_;
  }
  /// The bit of a shorter word's first two bytes in short_filter_.
  static std::uint32_t short_bit(std::uint64_t bytes) {
    return (static_cast<std::uint32_t>(bytes & 0xFFFFU) * 0x9E3779B1U) >> (32 - kShortBits);
  }
  [[nodiscard]] std::size_t slot_of(std::uint64_t key) const {
    return (key * 0x9E3779B97F4A7C15U) >> slot_shift_;
  }

  /// The slot of the words that are looked up by `key`, or the free one where it belongs.
  [[nodiscard]] std::size_t find_slot(std::uint64_t key, std::size_t length) const {
    std::size_t at = slot_of(key);
    while (slots_[at].count > 0 && (slots_[at].key != key || slots_[at].length != length)) {
      at = (at + 1) & (slots_.size() - 1);
    }
    return at;
  }

  template <class Hit>
  void look_at(std::string_view text, std::size_t at, std::uint64_t bytes, Hit& hit) const {
    bytes |= fold_;
    const std::uint32_t bit = filter_bit(bytes);
    if ((filter_[bit / 64] >> (bit % 64) & 1U) != 0) {
      compare(text, at, bytes, kLong, hit);
      compare(text, at, first_of(bytes, kMiddle), kMiddle, hit);
    }
    if (!short_words_) return;
    const std::uint32_t pair = short_bit(bytes);
    if ((short_filter_[pair / 64] >> (pair % 64) & 1U) != 0) {
      for (std::size_t length = 1; length < kMiddle; ++length) {
        compare(text, at, first_of(bytes, length), length, hit);
      }
    }
  }
  /// Compares the words that are looked up by `key`.
  template <class Hit>
  void compare(std::string_view text, std::size_t at, std::uint64_t key, std::size_t length,
               Hit& hit) const {
    const Slot& slot = slots_[find_slot(key, length)];
    for (std::uint32_t e = slot.first; e < slot.first + slot.count; ++e) {
      const Entry& entry = entries_[e];
      if (entry.length > text.size() - at) continue;
      const char* place = text.data() + at;
      if (length == kLong && !ends_alike(entry, place)) continue;
      if (stands(entry, place)) hit(entry.number, at + entry.length);
    }
  }
  /// False when the last bytes of a word of kLong or more are others than at `place`.
  [[nodiscard]] bool ends_alike(const Entry& entry, const char* place) const {
    const std::size_t last = entry.length - kLong;
    return (load(place + last) | fold_) == (load(bytes_.data() + entry.begin + last) | fold_);
  }
  /// True when the word stands at `place`, behind which as many bytes are.
  [[nodiscard]] bool stands(const Entry& entry, const char* place) const;
  /// Sets the bits by which find() knows that a word may begin so.
  void mark(std::uint64_t key, std::size_t length);

  /// Set in every byte before it is looked up.
  std::uint64_t fold_;
  /// The words, one behind the other.
  std::string bytes_;
  /// As they were added; after build() those that begin alike are neighbours.
  std::vector<Entry> entries_;
  /// A power of two, never full.
  std::vector<Slot> slots_;
  /// Leaves of a hash the number of its slot.
  unsigned slot_shift_ = 0;
  /// A bit a hash: a word of kMiddle bytes or more may begin so.
  std::vector<std::uint64_t> filter_;
  /// Leaves of a hash the number of its bit.
  unsigned filter_shift_ = 0;
  /// As filter_, of shorter words.
  std::array<std::uint64_t, (1U << kShortBits) / 64> short_filter_{};
  bool short_words_ = false;
};

}  // namespace hagaki
