#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace hagaki::mime {

/// The name under which iconv knows `label` as mail writes it ("x-sjis" → "cp932", "uft-8" →
/// "utf-8"). Labels that are only approximately true in mail give the superset that is meant:
/// shift_jis → cp932, iso-8859-1 → windows-1252. Lower case; unknown labels come back as they are;
/// an empty label is us-ascii.
std::string charset_name(std::string_view label);

/// True when to_utf8() can read `label`.
bool is_known_charset(std::string_view label);

/// `bytes`, written in the charset `label`, as UTF-8. ISO-2022-JP is read with the extensions of
/// Microsoft and of mobile carriers (half-width katakana, NEC and IBM rows).
/// Error::Unsupported for a charset nobody knows, Error::Syntax where the bytes are not in it.
Result<std::string> to_utf8(std::string_view bytes, std::string_view label);

/// As to_utf8(), but never fails: what cannot be read becomes U+FFFD. Bytes that are no valid text
/// of their charset but are valid UTF-8 are taken as UTF-8, which is what wrong labels mostly hide;
/// under ISO-8859-1 and windows-1252, in which any bytes would do, valid UTF-8 always is.
std::string to_utf8_lossy(std::string_view bytes, std::string_view label);

}  // namespace hagaki::mime
