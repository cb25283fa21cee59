#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hagaki::cli {

/// `text` in lines of at most `columns` columns, each with `indent` blanks in front and a line end.
/// Breaks at blanks and around East Asian wide characters (never before closing marks or behind
/// opening ones); a word that is longer than a line, as a URL may be, stays whole.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t columns);

}  // namespace hagaki::cli
