#include "records/json_text.h"

#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/octets.h"
#include "base/text.h"

namespace hagaki::records {
namespace {

bool is_plain(char c) {
  return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

void append_escaped(char c, std::string& out) {
  constexpr std::string_view kHex = "0123456789abcdef";
  constexpr std::string_view kShort = "\"\"\\\\\bb\ff\nn\rr\tt";
  out += '\\';
  for (std::size_t i = 0; i < kShort.size(); i += 2) {
    if (kShort[i] == c) {
      out += kShort[i + 1];
      return;
    }
  }
  const auto byte = static_cast<unsigned char>(c);
  (((out += "u00") += kHex[byte >> 4]) += kHex[byte & 15]);
}

/// By the library: it knows how to repair what is no UTF-8.
void append_repaired(std::string_view s, std::string& out) {
  using Json = nlohmann::ordered_json;
  out += Json(std::string(s)).dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::size_t plain_json_length(std::string_view s) {
  std::size_t at = 0;
#ifdef __SSE2__
  const auto all = [](char c) { return _mm_set1_epi8(c); };
  for (__m128i block; at + sizeof block <= s.size(); at += sizeof block) {
    block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(s.data() + at));
    // As signed bytes, those of other characters than ASCII are below the blank.
    const __m128i odd = _mm_or_si128(
        _mm_or_si128(_mm_cmplt_epi8(block, all(0x20)), _mm_cmpeq_epi8(block, all(0x7F))),
        _mm_or_si128(_mm_cmpeq_epi8(block, all('"')), _mm_cmpeq_epi8(block, all('\\'))));
    const auto hits = static_cast<unsigned>(_mm_movemask_epi8(odd));
    if (hits != 0) return at + static_cast<std::size_t>(__builtin_ctz(hits));
  }
#endif
  for (std::uint64_t word = 0; at + sizeof word <= s.size(); at += sizeof word) {
    std::memcpy(&word, s.data() + at, sizeof word);
    // Not exact within the eight bytes, but 0 only where all of them are plain.
    if ((any_high(word) | any_below(word, 0x20) | any_is(word, 0x7F) | any_is(word, '"') |
         any_is(word, '\\')) != 0) {
      break;
    }
  }
  while (at < s.size() && is_plain(s[at])) ++at;
  return at;
}

void append_json_string(std::string_view s, std::string& out) {
  std::size_t at = plain_json_length(s);
  if (at < s.size() && !is_utf8(s.substr(at))) {
    append_repaired(s, out);
    return;
  }
  out += '"';
  std::size_t done = 0;
  while (at < s.size()) {
    const char c = s[at];
    if (static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\') {
      out += s.substr(done, at - done);
      append_escaped(c, out);
      done = at + 1;
    }
    ++at;
    // Characters outside ASCII come in words.
    while (at < s.size() && static_cast<signed char>(s[at]) < 0) ++at;
    at += plain_json_length(s.substr(at));
  }
  (out += s.substr(done)) += '"';
}

}  // namespace hagaki::records
