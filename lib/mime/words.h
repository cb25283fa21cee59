#pragma once

#include <string>
#include <string_view>

namespace hagaki::mime {

/// An unstructured field value as UTF-8: unfolded, white space squeezed, encoded words decoded
/// (RFC 2047; blanks between two of them dropped, a character split over two put together). What
/// is no proper encoded word stays as it is; bytes that are no UTF-8 become U+FFFD.
std::string decode_words(std::string_view value);

}  // namespace hagaki::mime
