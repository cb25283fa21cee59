#include "base/find_text.h"

#include <cstring>

#ifdef __x86_64__
#include <immintrin.h>
#endif

#include "base/text.h"

namespace hagaki {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

/// memmem(), whose time does not grow with the length of the word.
std::size_t find_any(std::string_view s, std::string_view text, std::size_t from) {
  const void* at = memmem(s.data() + from, s.size() - from, text.data(), text.size());
  return at == nullptr ? kNone : static_cast<std::size_t>(static_cast<const char*>(at) - s.data());
}

#ifdef __x86_64__
constexpr std::size_t kLongest = 128;  // beyond this, comparing at each hit may cost too much

/// A word of two bytes at least that is searched for, with or without regard to case.
struct Wanted {
  std::string_view text;
  bool any_case;

  /// The bit that is set in a byte before it is compared with `c` in lower case.
  [[nodiscard]] char case_bit(char c) const {
    const char small = static_cast<char>(c | 0x20);
    return any_case && small >= 'a' && small <= 'z' ? 0x20 : 0;
  }
  /// Whether it stands at `at` of `s` if its first and last byte do.
  [[nodiscard]] bool stands_at(std::string_view s, std::size_t at) const {
    const char* place = s.data() + at;
    if (!any_case) return std::memcmp(place + 1, text.data() + 1, text.size() - 2) == 0;
    constexpr unsigned kCase = 0x20;  // the second byte tells most places apart
    return ((static_cast<unsigned>(place[1] ^ text[1])) & 0xFFu & ~kCase) == 0 &&
           ascii_isame(place, text.data(), text.size());
  }
};

/// Where a block lies in which places are compared, and which of its places count.
struct Block {
  std::size_t at;
  unsigned fresh;  ///< a bit for each place that was not compared before
};

/// The block of `size` places at `at`, or the last one of `s`, which may overlap the one before it.
/// `s` has as many places.
Block block_at(std::string_view s, const Wanted& wanted, std::size_t size, std::size_t at) {
  const std::size_t last = s.size() - (wanted.text.size() - 1) - size;
  return at <= last ? Block{at, ~0u} : Block{last, ~0u << (at - last)};
}

/// The place at which the word stands among those that the bits of `hits` mean; kNone if at none.
std::size_t first_of(std::string_view s, const Wanted& wanted, std::size_t at, unsigned hits) {
  for (; hits != 0; hits &= hits - 1) {
    const auto hit = at + static_cast<std::size_t>(__builtin_ctz(hits));
    if (wanted.stands_at(s, hit)) return hit;
  }
  return kNone;
}

/// Compares 16 places at once; `s` has that many.
std::size_t find_by_16(std::string_view s, const Wanted& wanted, std::size_t from) {
  constexpr std::size_t kPlaces = 16;
  const auto all = [](char c) { return _mm_set1_epi8(c); };
  const auto load = [](const char* bytes) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
  };
  const char front = wanted.text.front();
  const char back = wanted.text.back();
  const __m128i first_case = all(wanted.case_bit(front));
  const __m128i last_case = all(wanted.case_bit(back));
  const __m128i first = _mm_or_si128(all(front), first_case);
  const __m128i last = _mm_or_si128(all(back), last_case);
  const std::size_t to_last = wanted.text.size() - 1;
  for (; from + to_last < s.size(); from += kPlaces) {
    const Block block = block_at(s, wanted, kPlaces, from);
    const __m128i begins = _mm_or_si128(load(s.data() + block.at), first_case);
    const __m128i ends = _mm_or_si128(load(s.data() + block.at + to_last), last_case);
    const auto hits = static_cast<unsigned>(_mm_movemask_epi8(
        _mm_and_si128(_mm_cmpeq_epi8(begins, first), _mm_cmpeq_epi8(ends, last))));
    if ((hits & block.fresh) == 0) continue;
    const auto found = first_of(s, wanted, block.at, hits & block.fresh);
    if (found != kNone) return found;
  }
  return kNone;
}

/// Compares 32 places at once, on processors that have AVX2; `s` has that many.
__attribute__((target("avx2"))) std::size_t find_by_32(std::string_view s, const Wanted& wanted,
                                                       std::size_t from) {
  constexpr std::size_t kPlaces = 32;
  const char front = wanted.text.front();
  const char back = wanted.text.back();
  const __m256i first_case = _mm256_set1_epi8(wanted.case_bit(front));
  const __m256i last_case = _mm256_set1_epi8(wanted.case_bit(back));
  const __m256i first = _mm256_or_si256(_mm256_set1_epi8(front), first_case);
  const __m256i last = _mm256_or_si256(_mm256_set1_epi8(back), last_case);
  const std::size_t to_last = wanted.text.size() - 1;
  for (; from + to_last < s.size(); from += kPlaces) {
    const Block block = block_at(s, wanted, kPlaces, from);
    const auto* begin = reinterpret_cast<const __m256i*>(s.data() + block.at);
    const auto* end = reinterpret_cast<const __m256i*>(s.data() + block.at + to_last);
    const __m256i begins = _mm256_or_si256(_mm256_loadu_si256(begin), first_case);
    const __m256i ends = _mm256_or_si256(_mm256_loadu_si256(end), last_case);
    const auto hits = static_cast<unsigned>(_mm256_movemask_epi8(
        _mm256_and_si256(_mm256_cmpeq_epi8(begins, first), _mm256_cmpeq_epi8(ends, last))));
    if ((hits & block.fresh) == 0) continue;
    const auto found = first_of(s, wanted, block.at, hits & block.fresh);
    if (found != kNone) return found;
  }
  return kNone;
}

/// How many places there must be for blocks of `size`.
bool has_places(std::string_view s, const Wanted& wanted, std::size_t size) {
  return s.size() >= wanted.text.size() - 1 + size;
}

bool has_avx2() {
  static const bool has = __builtin_cpu_supports("avx2") != 0;
  return has;
}
#endif

}  // namespace

std::size_t find_text(std::string_view haystack, std::string_view needle, std::size_t from) {
  if (from > haystack.size() || needle.size() > haystack.size() - from) return kNone;
  if (needle.empty()) return from;
  if (needle.size() == 1) return haystack.find(needle.front(), from);
#ifdef __x86_64__
  if (needle.size() <= kLongest) {
    const Wanted wanted{needle, false};
    if (has_places(haystack, wanted, 32) && has_avx2()) return find_by_32(haystack, wanted, from);
    if (has_places(haystack, wanted, 16)) return find_by_16(haystack, wanted, from);
  }
#endif
  return find_any(haystack, needle, from);
}

std::size_t ascii_ifind(std::string_view haystack, std::string_view needle, std::size_t from) {
  if (from > haystack.size() || needle.size() > haystack.size() - from) return kNone;
  if (needle.empty()) return from;
#ifdef __x86_64__
  if (needle.size() > 1) {
    const Wanted wanted{needle, true};
    if (has_places(haystack, wanted, 32) && has_avx2()) return find_by_32(haystack, wanted, from);
    if (has_places(haystack, wanted, 16)) return find_by_16(haystack, wanted, from);
  }
#endif
  for (; needle.size() <= haystack.size() - from; ++from) {
    if (ascii_isame(haystack.data() + from, needle.data(), needle.size())) return from;
  }
  return kNone;
}

}  // namespace hagaki
