#pragma once

#include <cstddef>
#include <string_view>

namespace hagaki {

/// Position of `needle` in `haystack` at or after `from`; npos if none. What std::string_view::find
/// gives, but that looks at one place after the other where the first byte stands; this compares
/// the first and the last byte of many places at once.
std::size_t find_text(std::string_view haystack, std::string_view needle, std::size_t from = 0);

}  // namespace hagaki
