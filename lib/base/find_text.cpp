#include "base/find_text.h"

#include <cstring>

#include "base/ascii.h"
#include "base/text.h"

namespace hagaki {

std::size_t find_text(std::string_view haystack, std::string_view needle, std::size_t from) {
  if (from > haystack.size()) return std::string_view::npos;
  const void* at =
      memmem(haystack.data() + from, haystack.size() - from, needle.data(), needle.size());
  return at == nullptr ? std::string_view::npos
                       : static_cast<std::size_t>(static_cast<const char*>(at) - haystack.data());
}

std::size_t ascii_ifind(std::string_view haystack, std::string_view needle, std::size_t from) {
  if (from > haystack.size() || needle.size() > haystack.size() - from) {
    return std::string_view::npos;
  }
  if (needle.empty()) return from;
  const std::size_t end = haystack.size() - needle.size() + 1;  // of the places to begin at
  const auto find = [&](char c, std::size_t at) {
    const void* hit = at < end ? std::memchr(haystack.data() + at, c, end - at) : nullptr;
    return hit == nullptr
               ? end
               : static_cast<std::size_t>(static_cast<const char*>(hit) - haystack.data());
  };
  const bool letter = is_alpha(needle.front());
  const char small = letter ? static_cast<char>(needle.front() | 0x20) : needle.front();
  const char large = letter ? static_cast<char>(needle.front() & ~0x20) : small;
  std::size_t next_small = find(small, from);
  std::size_t next_large = letter ? find(large, from) : end;
  while (next_small < end || next_large < end) {
    std::size_t& at = next_small < next_large ? next_small : next_large;
    if (ascii_isame(haystack.data() + at, needle.data(), needle.size())) return at;
    at = find(&at == &next_small ? small : large, at + 1);
  }
  return std::string_view::npos;
}

}  // namespace hagaki
