#include "base/word_finder.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace hagaki {
namespace {

/// The least power of two, as its exponent, that is at least `number`.
unsigned bits_for(std::size_t number) {
  return static_cast<unsigned>(std::bit_width(number > 0 ? number - 1 : 0));
}

}  // namespace

void WordFinder::add(std::string_view word, std::uint32_t number) {
  if (word.empty()) return;
  entries_.push_back(
      {static_cast<std::uint32_t>(bytes_.size()), static_cast<std::uint32_t>(word.size()), number});
  bytes_ += word;
}

void WordFinder::add_lower(std::string_view word, std::uint32_t number) {
  const std::size_t begin = bytes_.size();
  add(word, number);
  std::transform(bytes_.begin() + static_cast<std::ptrdiff_t>(begin), bytes_.end(),
                 bytes_.begin() + static_cast<std::ptrdiff_t>(begin), to_lower);
}

void WordFinder::build() {
  const std::size_t words = entries_.size();
  const unsigned slot_bits = std::max(bits_for(words * 2), 1U);
  slot_shift_ = 64 - slot_bits;
  slots_.resize(std::size_t{1} << slot_bits);
  const unsigned filter_bits = std::max(bits_for(words * 16), 6U);
  filter_shift_ = 32 - filter_bits;
  filter_.resize((std::size_t{1} << filter_bits) / 64);

  // Counts the words of each slot, and then puts them together in the order of the slots.
  bytes_.append(kLong, '\0');  // so that the last one's can be loaded
  std::vector<std::uint32_t> slot_of_word(words);
  for (std::size_t i = 0; i < words; ++i) {
    const Entry& entry = entries_[i];
    const std::size_t length =
        entry.length >= kLong ? kLong : std::min<std::size_t>(entry.length, kMiddle);
    const std::uint64_t key = first_of(load(bytes_.data() + entry.begin) | fold_, length);
    const std::size_t at = find_slot(key, length);
    Slot& slot = slots_[at];
    if (slot.count == 0) {
      slot.key = key;
      slot.length = static_cast<std::uint32_t>(length);
      mark(key, length);
    }
    ++slot.count;
    slot_of_word[i] = static_cast<std::uint32_t>(at);
  }
  std::uint32_t first = 0;
  for (Slot& slot : slots_) {
    slot.first = first;
    first += slot.count;
  }
  std::vector<Entry> sorted(words);
  for (std::size_t i = 0; i < words; ++i) sorted[slots_[slot_of_word[i]].first++] = entries_[i];
  for (Slot& slot : slots_) slot.first -= slot.count;
  entries_ = std::move(sorted);
}

void WordFinder::mark(std::uint64_t key, std::size_t length) {
  if (length >= kMiddle) {
    const std::uint32_t bit = filter_bit(key);
    filter_[bit / 64] |= std::uint64_t{1} << (bit % 64);
    return;
  }
  short_words_ = true;
  // A word of one byte may have any other behind it.
  const std::uint64_t seconds = length == 1 ? 256 : 1;
  for (std::uint64_t second = 0; second < seconds; ++second) {
    const std::uint32_t bit = short_bit(key | second << 8U | fold_);
    short_filter_[bit / 64] |= std::uint64_t{1} << (bit % 64);
  }
}

bool WordFinder::stands(const Entry& entry, const char* place) const {
  const char* word = bytes_.data() + entry.begin;
  return fold_ == 0 ? std::memcmp(place, word, entry.length) == 0
                    : ascii_isame(place, word, entry.length);
}

}  // namespace hagaki
