#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "reason/text.h"

namespace hagaki::reason {

/// Adds where host names and URLs stand in `word`, which has no blanks and is lower case; `offset`
/// is where it begins in the text that the spans are for.
void mark_names(std::string_view word, std::size_t offset, std::vector<Span>& out);

}  // namespace hagaki::reason
