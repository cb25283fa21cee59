#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hagaki {

/// The character of `s` at `pos` (less than its size), which moves behind it; U+FFFD and one octet
/// where it is malformed.
char32_t next_character(std::string_view s, std::size_t& pos);

/// Characters that change the direction in which what follows is shown.
constexpr bool is_bidi_override(char32_t c) {
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

/// Characters that show nothing and take no room: marks of joining and of byte order, soft hyphens,
/// variation selectors, which only choose between forms of the character before them.
constexpr bool is_invisible(char32_t c) {
  return (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF) ||
         (c >= 0x200B && c <= 0x200D) || c == 0xFEFF || c == 0x2060 || c == 0x00AD || c == 0x034F;
}

/// Appends `c`, a Unicode scalar value.
void append_utf8(std::string& out, char32_t c);

/// `s` in Unicode's form NFKC: half-width and circled forms, ligatures and squared words as the
/// plain characters that they stand for. `s` unchanged where it is no UTF-8.
std::string compatibility_form(std::string_view s);

}  // namespace hagaki
