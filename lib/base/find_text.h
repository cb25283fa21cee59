#pragma once

#include <cstddef>
#include <string_view>

namespace hagaki {

/// Position of `needle` in `haystack` at or after `from`; npos if none. What std::string_view::find
/// gives, by memmem(3), which does not stop wherever the first byte stands.
std::size_t find_text(std::string_view haystack, std::string_view needle, std::size_t from = 0);

}  // namespace hagaki
