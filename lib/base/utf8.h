#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hagaki {

/// The character of `s` at `pos` (less than its size), which moves behind it; U+FFFD and one octet
/// where it is malformed.
char32_t next_character(std::string_view s, std::size_t& pos);

/// Appends `c`, a Unicode scalar value.
void append_utf8(std::string& out, char32_t c);

/// `s` in Unicode's form NFKC: half-width and circled forms, ligatures and squared words as the
/// plain characters that they stand for. `s` unchanged where it is no UTF-8.
std::string compatibility_form(std::string_view s);

}  // namespace hagaki
