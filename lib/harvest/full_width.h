#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hagaki::harvest {

/// A line of running text with its addresses in ASCII where they are written in full width: all of
/// its letters where ＠ or ａｔ stands in it, else dots within a domain. Nothing where none is.
std::optional<std::string> with_narrow_signs(std::string_view line);

/// `address` with ＠ and ． as ASCII; nothing else of it is touched.
std::string with_narrow_signs_alone(std::string_view address);

}  // namespace hagaki::harvest
