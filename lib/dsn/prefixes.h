#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hagaki::dsn {

/// Words that lines begin with, compared without regard to ASCII case; runs of white space count
/// as one blank. Immutable.
class Prefixes {
 public:
  static constexpr std::size_t npos = std::string_view::npos;

  Prefixes() = default;
  /// `words` in lower case and squeezed. Of several that a line begins with the earlier one counts.
  explicit Prefixes(std::vector<std::string> words);

  /// How many bytes of `line` the word is that it begins with; npos where it is none of these.
  [[nodiscard]] std::size_t match(std::string_view line) const;
  [[nodiscard]] std::size_t size() const { return words_.size(); }

 private:
  std::vector<std::string> words_;          // by first byte
  std::array<std::uint32_t, 257> begin_{};  // of the words with this first byte
};

}  // namespace hagaki::dsn
