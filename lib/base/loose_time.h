#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"

namespace hagaki {

/// A time as customer lists write it: RFC 3339, or a date with "-", "/", "." or 年月日, and hours
/// and minutes behind it where there are any; without a zone it is UTC. Nothing when it is
/// something else or no such day exists.
std::optional<Timestamp> parse_loose_time(std::string_view text);

}  // namespace hagaki
