#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace hagaki {

/// A point in time with milliseconds, as records carry it. Pure code is handed one; only tools and
/// `net` ask the clock.
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

/// "2026-11-21T17:30:55.123Z" (RFC 3339, UTC, always milliseconds).
std::string format_rfc3339(Timestamp t);

/// Reads RFC 3339 with any offset and any number of fraction digits (cut to milliseconds). The
/// offset may lack its colon ("+0900"), as ISO 8601's basic form has it. Nothing when malformed or
/// out of range.
std::optional<Timestamp> parse_rfc3339(std::string_view s);

/// "Sat, 21 Nov 2026 17:30:55 +0000" (RFC 5322 §3.3).
std::string format_rfc5322(Timestamp t);

/// A date as it stands in a mail.
struct MailDate {
  Timestamp time;
  /// Minutes east of UTC; nothing where the date names no zone that is known ("-0000" among these,
  /// RFC 5322 §3.3) and was read as UTC.
  std::optional<int> utc_offset_minutes;
};

/// Reads an RFC 5322 date-time, with the obsolete forms met in bounces (§4.3): years of two and
/// three digits, zone names (GMT, EST…), missing day name, comments. Nothing when it cannot be
/// read.
std::optional<MailDate> parse_rfc5322(std::string_view s);

/// Reads "12h", "30d" or "2w": a whole number of hours, days or weeks, from 1 hour to ten years.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view s);

/// "2 days", "36 hours", "90 minutes", "10 seconds", "1 second": in the largest unit that has no
/// remainder; parts of a second are cut off.
std::string format_duration(std::chrono::milliseconds duration);

/// The clock. For tools and `net`; never called from pure folders.
Timestamp now();

}  // namespace hagaki
