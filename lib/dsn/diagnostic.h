#pragma once

#include <cstdint>
#include <string_view>

#include "base/word_finder.h"

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

/// What the words of a server or of a report tell besides what they mean. Views into them; empty
/// where nothing tells.
struct Quote {
  std::string_view reply;  ///< the server's reply alone, where the words tell who said it; else all
  std::string_view phase;  ///< of the dialogue in which it was said ("rcpt", "data", "body"…), from
                           ///< phrases such as "(in reply to RCPT TO command)"
  std::string_view host;   ///< the server that is quoted ("host mx.example.jp[192.0.2.1] said:")
};

/// Takes `words` apart.
Quote quote_in(std::string_view words);

/// Adds to `words` all phrases that tell a phase, in lower case, as `number`.
void add_phases(std::uint32_t number, WordFinder& words);

}  // namespace hagaki::dsn
