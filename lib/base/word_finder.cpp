#include "base/word_finder.h"

#include <algorithm>
#include <tuple>

#include "base/text.h"

namespace hagaki {
namespace {

/// The least power of two, as its exponent, that is at least `number`.
unsigned bits_for(std::size_t number) {
  return static_cast<unsigned>(std::bit_width(number > 0 ? number - 1 : 0));
}

}  // namespace

void WordFinder::build() {
  std::erase_if(added_, [](const auto& word) { return word.first.empty(); });
  struct Word {
    std::uint64_t key;
    std::size_t key_length;
    const std::pair<std::string, std::uint32_t>* added;
  };
  std::vector<Word> words;
  words.reserve(added_.size());
  for (const auto& added : added_) {
    const std::size_t size = added.first.size();
    const std::size_t length = size >= kLong ? kLong : std::min(size, kMiddle);
    words.push_back({first_of(load_end(added.first) | fold_, length), length, &added});
  }
  std::sort(words.begin(), words.end(), [](const Word& a, const Word& b) {
    return std::tie(a.key_length, a.key, *a.added) < std::tie(b.key_length, b.key, *b.added);
  });

  const unsigned slot_bits = std::max(bits_for(words.size() * 2), 1U);
  slot_shift_ = 64 - slot_bits;
  slots_.resize(std::size_t{1} << slot_bits);
  const unsigned filter_bits = std::max(bits_for(words.size() * 16), 6U);
  filter_shift_ = 32 - filter_bits;
  filter_.resize((std::size_t{1} << filter_bits) / 64);
  entries_.reserve(words.size());
  for (std::size_t i = 0; i < words.size();) {
    const auto [key, length, first] = words[i];
    Slot slot{.key = key,
              .first = static_cast<std::uint32_t>(entries_.size()),
              .count = 0,
              .length = static_cast<std::uint32_t>(length)};
    for (; i < words.size() && words[i].key == key && words[i].key_length == length; ++i) {
      const auto& [bytes, number] = *words[i].added;
      const bool again = slot.count > 0 && words[i - 1].added->first == bytes;
      if (!again) {
        entries_.push_back({static_cast<std::uint32_t>(bytes_.size()),
                            static_cast<std::uint32_t>(bytes.size()),
                            static_cast<std::uint32_t>(numbers_.size()), 0});
        bytes_ += bytes;
        ++slot.count;
      }
      ++entries_.back().count;
      numbers_.push_back(number);
    }
    std::size_t at = slot_of(key);
    while (slots_[at].count > 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = slot;
    if (length >= kMiddle) {
      const std::uint32_t bit = filter_bit(key);
      filter_[bit / 64] |= std::uint64_t{1} << (bit % 64);
    } else {
      short_words_ = true;
      // A word of one byte may have any other behind it.
      const std::uint64_t seconds = length == 1 ? 256 : 1;
      for (std::uint64_t second = 0; second < seconds; ++second) {
        const std::uint32_t bit = short_bit(key | second << 8U | fold_);
        short_filter_[bit / 64] |= std::uint64_t{1} << (bit % 64);
      }
    }
  }
  added_ = {};
}

bool WordFinder::stands(const Entry& entry, std::string_view text) const {
  if (entry.length > text.size()) return false;
  const char* word = bytes_.data() + entry.begin;
  return fold_ == 0 ? std::memcmp(text.data(), word, entry.length) == 0
                    : ascii_iequals(text.substr(0, entry.length), {word, entry.length});
}

}  // namespace hagaki
