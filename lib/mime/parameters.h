#pragma once

#include <string>
#include <string_view>

namespace hagaki::mime {

/// Appends a parameter to a field that is being written (Content-Type, Content-Disposition):
/// `; name=value` on a line of its own, the field's line end not included. A value in ASCII is a
/// token or a quoted string (RFC 2045 §5.1); one that is not, or is too long for a line, is written
/// as RFC 2231 says, in UTF-8 and in as many pieces as lines of 76 octets need, cut between
/// characters. `value` is UTF-8 without control characters.
void append_parameter(std::string& out, std::string_view name, std::string_view value);

}  // namespace hagaki::mime
