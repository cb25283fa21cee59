#pragma once

#include <string>
#include <string_view>

namespace hagaki::smtp {

/// True when every CR is followed by LF, every LF comes behind a CR, and there is no NUL. Anything
/// else lets servers disagree about where a message ends, so merged text could smuggle in another
/// (RFC 5321 §2.3.8, §4.1.1.4).
bool body_is_clean(std::string_view data);

/// Appends "BDAT n LAST" and `data` as it is to `out` (RFC 3030 §2), with a CRLF where the last
/// line has none.
void append_chunk(std::string_view data, std::string& out);

/// Appends `data` to `out` with leading dots doubled (RFC 5321 §4.5.2), a CRLF where the last line
/// has none, and the final dot. `data` must be clean.
void append_stuffed(std::string_view data, std::string& out);

}  // namespace hagaki::smtp
