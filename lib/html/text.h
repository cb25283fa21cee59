#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace hagaki::html {

/// Whether what stands before and behind an element of this name (lower case) is not one word:
/// blocks, cells, line breaks and pictures, but no marks within a text.
bool parts_words(std::string_view name);

/// What a reader sees of `source`, as plain text (lines end in LF): paragraphs behind blank lines,
/// items behind "- " or their number, quotations behind "> ", cells of a row side by side, links
/// with their URL in angle brackets behind the words, pictures as their description. What is hidden
/// (is_hidden()) is left out. Lines are not broken. Quotations and lists are indented by 20 levels
/// at most. Errors as walk(), and Error::Limit where the text is longer than limits::kMailBytes.
Result<std::string> to_text(std::string_view source);

}  // namespace hagaki::html
