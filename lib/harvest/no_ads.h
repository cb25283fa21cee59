#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hagaki::harvest {

/// Wordings by which a page or text asks for no advertising mail (data/no-ads.json).
class NoAdsNotices {
 public:
  /// Reads the table's JSON. Error::Config says what is wrong with it.
  static Result<NoAdsNotices> parse(std::string_view json);
  /// The table that hagaki was built with.
  static Result<NoAdsNotices> builtin();

  /// Whether one of the wordings stands in `text` (UTF-8): its words in their order, in one
  /// sentence, without regard to case, width, blanks and hyphens.
  [[nodiscard]] bool stands_in(std::string_view text) const;

 private:
  /// Words one behind the other; of each one of several. All folded.
  struct Wording {
    std::vector<std::vector<std::string>> words;
    std::size_t within = 0;  ///< octets between one word and the next, at most
  };
  static bool stands_at(const Wording& wording, std::size_t word, std::string_view text,
                        std::size_t at);

  [[nodiscard]] std::string without_harmless(std::string text) const;
  [[nodiscard]] bool stands_in_piece(std::string_view piece) const;

  std::vector<Wording> wordings_;
  std::vector<std::string> harmless_;  ///< folded
};

}  // namespace hagaki::harvest
