#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace hagaki {

/// A set of bytes. Looking one up is one step; string_view::find_first_of() looks through its set
/// for each byte of the text.
class ByteSet {
 public:
  constexpr explicit ByteSet(std::string_view bytes) {
    for (const char c : bytes) has_[static_cast<unsigned char>(c)] = true;
  }
  [[nodiscard]] constexpr bool has(char c) const { return has_[static_cast<unsigned char>(c)]; }

  /// Where the first of them stands in `s` at or after `from`; the end of `s` where none does.
  [[nodiscard]] constexpr std::size_t find_in(std::string_view s, std::size_t from = 0) const {
    while (from < s.size() && !has(s[from])) ++from;
    return from < s.size() ? from : s.size();
  }

 private:
  std::array<bool, 256> has_{};
};

}  // namespace hagaki
