#pragma once

#include <string>
#include <string_view>

namespace hagaki::records {

/// Appends `s` as a JSON string (RFC 8259 §7) to `out`, with U+FFFD where it is no UTF-8: byte for
/// byte what nlohmann/json writes.
void append_json_string(std::string_view s, std::string& out);

/// How many bytes at the begin of `s` are their own JSON text: ASCII without control characters,
/// DEL, '"' and '\'.
std::size_t plain_json_length(std::string_view s);

}  // namespace hagaki::records
