#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hagaki::dkim {

/// A header field of a message, as it stands there.
struct Field {
  std::string_view name;
  std::string_view value;  ///< behind the colon, folded, without its last CRLF
};

/// A message as a signer sees it: views into it. Lines end in CRLF.
struct Message {
  std::vector<Field> fields;
  std::string_view body;
};

/// Takes a message apart at its first empty line. What is no field in its header is passed over.
Message split_message(std::string_view message);

/// Appends a field in the "relaxed" form (RFC 6376 §3.4.2): "name:value", the name in lower case,
/// unfolded, each run of blanks one space, none at the ends of the value. No CRLF behind it.
void append_relaxed(std::string& out, const Field& field);

/// A body in the "relaxed" form (RFC 6376 §3.4.4): blanks at line ends gone, other runs of them one
/// space, empty lines at the end gone; empty, or ends in CRLF.
std::string relaxed_body(std::string_view body);

}  // namespace hagaki::dkim
