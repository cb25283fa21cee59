#pragma once

#include <cstdint>
#include <functional>
#include <istream>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hagaki::rules {

/// Takes a JSON text of any length apart into the objects that are entries of a list: the members
/// of an array at the top, those of the array in an object at the top whose key a mail service uses
/// for its pages ("SuppressedDestinationSummaries", "items", "Suppressions", "Bounces"), and other
/// objects at the top, one behind the other. A string in an array at the top becomes {"email":"…"}.
/// Memory goes by the longest entry (limits::kRecordLine), not by the text. The entries' own
/// grammar is not checked.
/// `each` gets an entry and the line where it begins. Error::Syntax or Error::Limit with the line
/// number as context ends the reading.
Result<void> read_json_entries(std::istream& in,
                               const std::function<void(std::string_view, std::uint64_t)>& each);

/// Whether `key` (unescaped) holds a service's entries.
bool is_page_key(std::string_view key);

}  // namespace hagaki::rules
