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

/// The place at which the word stands among those that the bits of `hits` mean; kNone if at none.
std::size_t first_of(std::string_view s, const Wanted& wanted, std::size_t at, unsigned hits) {
  for (; hits != 0; hits &= hits - 1) {
    const auto hit = at + static_cast<std::size_t>(__builtin_ctz(hits));
    if (wanted.stands_at(s, hit)) return hit;
  }
  return kNone;
}

/// What is compared with the bytes at 16 places: the byte that a word begins or ends with.
struct Ends16 {
  __m128i first, last, first_case, last_case;

  explicit Ends16(const Wanted& wanted)
      : first_case(_mm_set1_epi8(wanted.case_bit(wanted.text.front()))),
        last_case(_mm_set1_epi8(wanted.case_bit(wanted.text.back()))) {
    first = _mm_or_si128(_mm_set1_epi8(wanted.text.front()), first_case);
    last = _mm_or_si128(_mm_set1_epi8(wanted.text.back()), last_case);
  }
  /// A bit for each place from `begin` on where both are; `end` is where the first word ends.
  [[nodiscard]] unsigned hits(const char* begin, const char* end) const {
    const __m128i begins = _mm_loadu_si128(reinterpret_cast<const __m128i*>(begin));
    const __m128i ends = _mm_loadu_si128(reinterpret_cast<const __m128i*>(end));
    return static_cast<unsigned>(
        _mm_movemask_epi8(_mm_and_si128(_mm_cmpeq_epi8(_mm_or_si128(begins, first_case), first),
                                        _mm_cmpeq_epi8(_mm_or_si128(ends, last_case), last))));
  }
};

/// The same for 32 places, on processors that have AVX2.
struct Ends32 {
  __m256i first, last, first_case, last_case;

  __attribute__((target("avx2"), always_inline)) explicit Ends32(const Wanted& wanted)
      : first_case(_mm256_set1_epi8(wanted.case_bit(wanted.text.front()))),
        last_case(_mm256_set1_epi8(wanted.case_bit(wanted.text.back()))) {
    first = _mm256_or_si256(_mm256_set1_epi8(wanted.text.front()), first_case);
    last = _mm256_or_si256(_mm256_set1_epi8(wanted.text.back()), last_case);
  }
  __attribute__((target("avx2"), always_inline)) unsigned hits(const char* begin,
                                                               const char* end) const {
    const __m256i begins = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(begin));
    const __m256i ends = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(end));
    return static_cast<unsigned>(_mm256_movemask_epi8(
        _mm256_and_si256(_mm256_cmpeq_epi8(_mm256_or_si256(begins, first_case), first),
                         _mm256_cmpeq_epi8(_mm256_or_si256(ends, last_case), last))));
  }
};

/// Searches `s`, which has 16 places for the word at least, block by block.
std::size_t find_by_16(std::string_view s, const Wanted& wanted, std::size_t from) {
  constexpr std::size_t kPlaces = 16;
  const Ends16 ends(wanted);
  const std::size_t to_last = wanted.text.size() - 1;
  const std::size_t last = s.size() - to_last - kPlaces;
  for (; from <= last; from += kPlaces) {
    const unsigned hits = ends.hits(s.data() + from, s.data() + from + to_last);
    if (hits == 0) continue;
    const auto found = first_of(s, wanted, from, hits);
    if (found != kNone) return found;
  }
  if (from >= last + kPlaces) return kNone;
  // The last block overlaps the one before it: what was compared there does not count again.
  const unsigned hits = ends.hits(s.data() + last, s.data() + last + to_last);
  return first_of(s, wanted, last, hits & (~0u << (from - last)));
}

/// Searches `s`, which has 32 places for the word at least, block by block.
__attribute__((target("avx2"))) std::size_t find_by_32(std::string_view s, const Wanted& wanted,
                                                       std::size_t from) {
  constexpr std::size_t kPlaces = 32;
  const Ends32 ends(wanted);
  const std::size_t to_last = wanted.text.size() - 1;
  const std::size_t last = s.size() - to_last - kPlaces;
  for (; from <= last; from += kPlaces) {
    const unsigned hits = ends.hits(s.data() + from, s.data() + from + to_last);
    if (hits == 0) continue;
    const auto found = first_of(s, wanted, from, hits);
    if (found != kNone) return found;
  }
  if (from >= last + kPlaces) return kNone;
  // The last block overlaps the one before it: what was compared there does not count again.
  const unsigned hits = ends.hits(s.data() + last, s.data() + last + to_last);
  return first_of(s, wanted, last, hits & (~0u << (from - last)));
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
