#pragma once

#include <string>
#include <string_view>

namespace hagaki::rules {

/// `text` (UTF-8) in one spelling, for searches: full-width letters, digits and signs, and the
/// blanks and hyphens of other scripts, as ASCII has them; half-width katakana in full width.
std::string one_width(std::string_view text);

}  // namespace hagaki::rules
