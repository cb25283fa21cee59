#pragma once

#include <string>
#include <string_view>

namespace hagaki::mime {

/// The bytes of base64 text (RFC 2045 §6.8). Everything outside the alphabet is passed over; text
/// behind padding goes on as a new piece, as concatenated bodies have it.
std::string decode_base64(std::string_view text);

/// The bytes of quoted-printable text (RFC 2045 §6.7). A broken "=XY" stays as it is; blanks before
/// a line end are dropped; line ends stay as written.
std::string decode_quoted_printable(std::string_view text);

}  // namespace hagaki::mime
