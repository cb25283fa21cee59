#include "base/line_break.h"

#include <string_view>

namespace hagaki {

bool must_not_begin_line(char32_t c) {
  static constexpr std::u32string_view kNever =
      U"、。，．・：；？！」』）］｝〉》】〕’”々ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ,.:;?"
      U"!)]}>\u3099\u309A\uFE0F\u200D";
  return kNever.find(c) != std::u32string_view::npos;
}

bool must_not_end_line(char32_t c) {
  static constexpr std::u32string_view kNever = U"「『（［｛〈《【〔‘“([{<";
  return kNever.find(c) != std::u32string_view::npos;
}

}  // namespace hagaki
