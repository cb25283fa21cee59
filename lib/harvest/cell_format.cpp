#include "harvest/cell_format.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <vector>

#include "base/ascii.h"
#include "base/text.h"

namespace hagaki::harvest {
namespace {

constexpr double kMostDays = 2'958'465;  // 9999-12-31 by the count from 1900
constexpr double kWhole = 1e21;
constexpr std::size_t kLongestCode = 255;  // Excel writes no longer ones

/// A format code without colours, conditions, quoted and escaped text; lower case. What stands in
/// brackets and counts elapsed time stays.
std::string bare_code(std::string_view code) {
  std::string out;
  for (std::size_t i = 0; i < code.size(); ++i) {
    const char c = code[i];
    if (c == ';') break;
    if (c == '"') {
      i = std::min(code.find('"', i + 1), code.size());
    } else if (c == '\\' || c == '_' || c == '*') {
      ++i;
    } else if (c == '[') {
      const auto end = std::min(code.find(']', i), code.size());
      const auto inside = ascii_lower(code.substr(i + 1, end - i - 1));
      if (!inside.empty() && inside.find_first_not_of(inside[0]) == std::string::npos &&
          std::string_view("hms").find(inside[0]) != std::string_view::npos) {
        out += '[' + inside + ']';
      }
      i = end;
    } else {
      out += to_lower(c);
    }
  }
  return out;
}

/// Whether `m` at `at` means minutes: hours before it or seconds behind it.
bool is_minute(std::string_view code, std::size_t at) {
  const auto is_letter = [](char c) {
    return std::string_view("ymdhsge").find(c) != std::string_view::npos;
  };
  for (std::size_t i = at; i-- > 0;) {
    if (code[i] == 'm' || !is_letter(code[i])) continue;
    if (code[i] == 'h') return true;
    break;
  }
  for (std::size_t i = at; i < code.size(); ++i) {
    if (code[i] == 'm' || !is_letter(code[i])) continue;
    return code[i] == 's';
  }
  return false;
}

/// The pattern of zeros and hyphens in `section`, without its condition; empty where it is none.
std::string zero_pattern(std::string_view section) {
  if (section.starts_with('['))
    section.remove_prefix(std::min(section.find(']') + 1, section.size()));
  std::string out;
  for (const char c : section) {
    if (c == '\\' || c == '"') continue;
    if (c != '0' && c != '-') return {};
    out += c;
  }
  return std::count(out.begin(), out.end(), '0') > 1 ? out : std::string();
}

std::string as_pattern(std::string digits, std::string_view pattern) {
  const auto zeros = static_cast<std::size_t>(std::count(pattern.begin(), pattern.end(), '0'));
  if (digits.size() < zeros) digits.insert(0, zeros - digits.size(), '0');
  std::string out;
  std::size_t left = digits.size();
  for (std::size_t i = pattern.size(); i-- > 0 && left > 0;) {
    out += pattern[i] == '-' ? '-' : digits[--left];
  }
  while (left > 0) out += digits[--left];
  std::reverse(out.begin(), out.end());
  return out;
}

/// `digits` by the section of `code` whose condition fits.
std::string padded(const std::string& digits, std::string_view code) {
  for (const auto section : split(code, ';')) {
    if (section.starts_with("[<=")) {
      const auto most = parse_unsigned(section.substr(3, section.find(']') - 3));
      const auto value = parse_unsigned(digits);
      if (most && value && *value > *most) continue;
    }
    return as_pattern(digits, zero_pattern(section));
  }
  return digits;
}

/// Without exponent, at 15 significant digits, which is what spreadsheets show at most.
std::string plain_number(double value) {
  if (value == 0) return "0";
  const double size = std::fabs(value);
  if (size >= kWhole || size < 1e-9) return fmt::format("{:.15g}", value);
  const int before = static_cast<int>(std::floor(std::log10(size))) + 1;
  if (before >= 15) {
    // Beyond 15 digits a whole number ends in zeros.
    std::string out = fmt::format("{:.14e}", value);
    const auto e = out.find('e');
    const auto exponent = static_cast<std::size_t>(std::abs(std::stoi(out.substr(e + 1))));
    std::string digits = out.substr(0, e);
    std::erase(digits, '.');
    const bool minus = digits.starts_with('-');
    digits.append(
        exponent + 1 + (minus ? 1 : 0) - std::min(digits.size(), exponent + 1 + (minus ? 1 : 0)),
        '0');
    return digits;
  }
  std::string out = fmt::format("{:.{}f}", value, std::min(15 - before, 24));
  if (out.find('.') != std::string::npos) {
    while (out.ends_with('0')) out.pop_back();
    if (out.ends_with('.')) out.pop_back();
  }
  return out;
}

std::string clock(long long seconds) {
  return fmt::format("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

std::string date_text(double value, NumberFormat::Kind kind, bool from_1904) {
  using std::chrono::sys_days;
  if (kind == NumberFormat::Kind::Elapsed) return clock(std::llround(value * 86400));
  auto day = static_cast<long long>(std::floor(value));
  long long second = std::llround((value - static_cast<double>(day)) * 86400);
  if (second == 86400 && kind != NumberFormat::Kind::Date) {
    ++day;
    second = 0;
  }
  if (kind == NumberFormat::Kind::Time) return clock(second % 86400);
  // Day 60 of the count from 1900 is 29 February 1900, which there never was.
  if (!from_1904 && (day == 0 || day == 60)) return {};
  auto at = from_1904 ? sys_days(std::chrono::January / 1 / 1904)
                      : sys_days(std::chrono::December / (day < 60 ? 31 : 30) / 1899);
  const std::chrono::year_month_day ymd(at + std::chrono::days(day));
  if (static_cast<int>(ymd.year()) > 9999) return {};
  auto out = fmt::format("{:04}-{:02}-{:02}", static_cast<int>(ymd.year()),
                         static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()));
  if (kind == NumberFormat::Kind::DateTime) out += 'T' + clock(second);
  return out;
}

}  // namespace

NumberFormat read_number_format(std::string_view code) {
  NumberFormat out;
  code = code.substr(0, kLongestCode);
  const auto first = code.substr(0, code.find(';'));
  if (!zero_pattern(first).empty()) {
    bool all = true;
    for (const auto section : split(code, ';')) all = all && !zero_pattern(section).empty();
    out.code = all ? std::string(code) : std::string(first);
    return out;
  }
  const auto bare = bare_code(code);
  if (bare.find("general") != std::string::npos) return out;
  if (bare.find('[') != std::string::npos) {
    out.kind = NumberFormat::Kind::Elapsed;
    return out;
  }
  bool date = false;
  bool time = false;
  for (std::size_t i = 0; i < bare.size(); ++i) {
    const char c = bare[i];
    const char next = i + 1 < bare.size() ? bare[i + 1] : ' ';
    if (c == 'e' && (next == '+' || next == '-')) return out;  // 0.00E+00
    if (c == 'y' || c == 'd' || c == 'e' || c == 'g' || c == 'b') date = true;
    if (c == 'h' || c == 's') time = true;
    if (c == 'm') (is_minute(bare, i) ? time : date) = true;
  }
  if (date) out.kind = time ? NumberFormat::Kind::DateTime : NumberFormat::Kind::Date;
  if (time && !date) out.kind = NumberFormat::Kind::Time;
  return out;
}

NumberFormat builtin_number_format(unsigned id) {
  using Kind = NumberFormat::Kind;
  if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || (id >= 34 && id <= 36) ||
      (id >= 50 && id <= 58)) {
    return {Kind::Date, {}};
  }
  if ((id >= 18 && id <= 21) || id == 32 || id == 33 || id == 45 || id == 47) {
    return {Kind::Time, {}};
  }
  if (id == 22) return {Kind::DateTime, {}};
  if (id == 46) return {Kind::Elapsed, {}};
  return {};
}

std::string cell_number(std::string_view value, const NumberFormat& format, bool from_1904) {
  const auto text = trim(value);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) {
    return std::string(text);
  }
  if (format.kind != NumberFormat::Kind::Plain && number >= 0 && number < kMostDays + 1) {
    if (auto date = date_text(number, format.kind, from_1904); !date.empty()) return date;
  }
  const bool digits_only = std::all_of(text.begin(), text.end(), is_digit);
  auto out = digits_only && text.size() <= 15 ? std::string(text) : plain_number(number);
  if (!format.code.empty() && std::all_of(out.begin(), out.end(), is_digit)) {
    return padded(out, format.code);
  }
  return out;
}

}  // namespace hagaki::harvest
