#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hagaki::harvest {

/// What a number format of a spreadsheet makes of a number (ECMA-376 part 1, §18.8.30).
struct NumberFormat {
  enum class Kind { Plain, Date, Time, DateTime, Elapsed };
  Kind kind = Kind::Plain;
  /// A pattern of zeros and hyphens ("000-0000") that digits are put into; empty where there is
  /// none. Of several with conditions ("[<=999]000;[<=9999]000-00;000-0000") it is `code`.
  std::string code;
};

/// Reads a format code: its first section says whether a number is a date or a time. Japanese eras
/// (ggge) and years of the Buddhist calendar (b) are dates too.
NumberFormat read_number_format(std::string_view code);

/// The built-in format `id`, as Excel in Japan has it where languages differ (27 to 36, 50 to 58).
NumberFormat builtin_number_format(unsigned id);

/// `value` (as a cell stores it: "123", "1.0E+5") as text: whole numbers without fraction or
/// exponent up to 21 digits, others by 15 significant digits; a date as "2026-04-01", a time as
/// "09:30:00", both as "2026-04-01T09:30:00", elapsed hours as "26:30:00". `from_1904` says which
/// day is day 0. What is no number, or no day of the years 1900 to 9999, comes back as a number or
/// as it is.
std::string cell_number(std::string_view value, const NumberFormat& format, bool from_1904);

}  // namespace hagaki::harvest
