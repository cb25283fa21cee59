#pragma once

/// Where lines of text may break (JIS X 4051).
namespace hagaki {

/// What no line may begin with: closing brackets, stops, small kana, marks.
bool must_not_begin_line(char32_t c);

/// What no line may end with: opening brackets and quotes.
bool must_not_end_line(char32_t c);

}  // namespace hagaki
