#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace hagaki {

/// Eight times the same octet.
constexpr std::uint64_t eight_of(unsigned char octet) {
  return 0x0101010101010101u * octet;
}

/// Not 0 where an octet of `word` is below `bound`, which is at most 128.
constexpr std::uint64_t any_below(std::uint64_t word, unsigned char bound) {
  return (word - eight_of(bound)) & ~word & eight_of(128);
}

/// Not 0 where an octet of `word` is `octet`.
constexpr std::uint64_t any_is(std::uint64_t word, unsigned char octet) {
  return any_below(word ^ eight_of(octet), 1);
}

/// Not 0 where an octet of `word` is above 127.
constexpr std::uint64_t any_high(std::uint64_t word) {
  return word & eight_of(128);
}

/// `word` with A-Z made a-z.
constexpr std::uint64_t lower_octets(std::uint64_t word) {
  const std::uint64_t low = word & ~eight_of(128);
  const std::uint64_t from_a = low + eight_of(128 - 'A');   // bit 7 of an octet: it is 'A' or above
  const std::uint64_t above_z = low + eight_of(127 - 'Z');  // and above 'Z'
  return word | ((from_a & ~above_z & ~word & eight_of(128)) >> 2);
}

/// Whether `is_it` holds for an octet of `text`. `may_be`, which is given eight octets at a time,
/// must not be 0 where it holds for one of them; where it is, they are not looked at one by one.
template <class MayBe, class IsIt>
bool any_octet(std::string_view text, MayBe may_be, IsIt is_it) {
  const auto is = [&is_it](char c) { return is_it(static_cast<unsigned char>(c)); };
  while (text.size() >= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), sizeof word);
    if (may_be(word) != 0 && std::any_of(text.data(), text.data() + 8, is)) return true;
    text.remove_prefix(8);
  }
  return std::any_of(text.begin(), text.end(), is);
}

}  // namespace hagaki
