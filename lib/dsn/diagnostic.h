#pragma once

#include <string>
#include <string_view>

namespace hagaki::dsn {

/// Codes that stand in the words of a server or of a report.
struct Codes {
  int code = 0;             ///< 400..599, or 0
  std::string_view status;  ///< views into the text; empty where none stands there
};

/// Finds reply code and enhanced status code in `text`: such as stand together first, then behind
/// "said:", "<<<" and the like, then alone. Numbers of other kinds (addresses, sizes, days) are not
/// taken for codes.
Codes find_codes(std::string_view text);

/// True for "5.1.1": three numbers, the first of which is 2, 4 or 5 (RFC 3463 §2).
bool is_enhanced_status(std::string_view text);

/// The enhanced status code that `text` begins with, behind blanks; empty where it does not.
std::string_view leading_status(std::string_view text);

/// In which phase of the dialogue it was said ("rcpt", "data", "body"…), from phrases such as
/// "(in reply to RCPT TO command)"; empty where nothing tells.
std::string_view find_phase(std::string_view text);

/// The server that is quoted ("host mx.example.jp[192.0.2.1] said:"), empty where none is named.
std::string_view find_remote_host(std::string_view text);

/// The quoted reply alone, where `text` tells who said it; else `text` itself.
std::string_view reply_in(std::string_view text);

}  // namespace hagaki::dsn
