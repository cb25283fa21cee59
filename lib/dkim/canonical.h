#pragma once

#include <string>
#include <string_view>

#include "mime/headers.h"

namespace hagaki::dkim {

/// Appends a field in the "relaxed" form (RFC 6376 §3.4.2): "name:value", the name in lower case,
/// unfolded, each run of blanks one space, none at the ends of the value. No CRLF behind it.
void append_relaxed(std::string& out, const mime::Headers::Field& field);

/// A body in the "relaxed" form (RFC 6376 §3.4.4): blanks at line ends gone, other runs of them one
/// space, empty lines at the end gone; empty, or ends in CRLF. `body` itself where it has that form
/// already, else a view into `room`, which is overwritten.
std::string_view relaxed_body(std::string_view body, std::string& room);

}  // namespace hagaki::dkim
