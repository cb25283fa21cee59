#pragma once

#include <string>
#include <string_view>

namespace hagaki::rules {

/// What a person may read in HTML, roughly, for searches: text with entities decoded, block
/// elements and line breaks as line ends, the targets of links (`href`) as words. Comments, head,
/// style and script are left out. Reads any bytes.
std::string visible_text(std::string_view html);

/// `text` (UTF-8) in one spelling: full-width letters, digits and signs, and the blanks and hyphens
/// of other scripts, as ASCII has them.
std::string one_width(std::string_view text);

}  // namespace hagaki::rules
