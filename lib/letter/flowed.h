#pragma once

#include <string>
#include <string_view>

namespace hagaki::letter {

/// `text` (UTF-8; lines end in LF) as format=flowed with DelSp=yes has it (RFC 3676): lines of at
/// most 72 columns that a reader joins again, broken behind blanks and between characters of
/// scripts without them, but not before a closing bracket or a full stop. A signature's "-- "
/// stays.
std::string to_flowed(std::string_view text);

}  // namespace hagaki::letter
