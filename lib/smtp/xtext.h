#pragma once

#include <string>
#include <string_view>

namespace hagaki::smtp {

/// `text` as a parameter of an SMTP command can hold it (RFC 3461 §4): what is not printable ASCII,
/// and "+" and "=", as "+" with two hexadecimal digits for each octet.
std::string to_xtext(std::string_view text);

/// A UTF-8 address as a parameter holds it in ASCII (RFC 6533 §3): other characters, and "+", "="
/// and "\", as "\x{…}" with their number. `address` must be UTF-8.
std::string to_utf8_xtext(std::string_view address);

}  // namespace hagaki::smtp
