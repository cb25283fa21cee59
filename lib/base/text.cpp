#include "base/text.h"

#include <unistr.h>
#include <uniwidth.h>

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace hagaki {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

const uint8_t* bytes(std::string_view s) {
  return reinterpret_cast<const uint8_t*>(s.data());
}

/// Next character of `s` at `pos`, which it moves on; U+FFFD for a malformed byte.
ucs4_t next_char(std::string_view s, std::size_t& pos) {
  ucs4_t c = 0xFFFD;
  const int n = u8_mbtoucr(&c, bytes(s) + pos, s.size() - pos);
  if (n <= 0) {
    ++pos;
    return 0xFFFD;
  }
  pos += static_cast<std::size_t>(n);
  return c;
}

bool is_bidi_control(ucs4_t c) {
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F;
}

std::size_t char_columns(ucs4_t c) {
  const int w = uc_width(c, "UTF-8");
  return w > 0 ? static_cast<std::size_t>(w) : 0;
}

}  // namespace

std::string_view trim(std::string_view s) {
  constexpr std::string_view kBlank = " \t\r\n";
  const auto first = s.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return s.substr(s.size());
  return s.substr(first, s.find_last_not_of(kBlank) - first + 1);
}

std::string ascii_lower(std::string_view s) {
  std::string out(s);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

bool ascii_iequals(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return lower(x) == lower(y); });
}

bool ascii_istarts_with(std::string_view s, std::string_view prefix) {
  return s.size() >= prefix.size() && ascii_iequals(s.substr(0, prefix.size()), prefix);
}

bool ascii_iends_with(std::string_view s, std::string_view suffix) {
  return s.size() >= suffix.size() && ascii_iequals(s.substr(s.size() - suffix.size()), suffix);
}

std::size_t ascii_ifind(std::string_view haystack, std::string_view needle, std::size_t from) {
  if (from > haystack.size()) return std::string_view::npos;
  const auto it = std::search(haystack.begin() + static_cast<std::ptrdiff_t>(from), haystack.end(),
                              needle.begin(), needle.end(),
                              [](char x, char y) { return lower(x) == lower(y); });
  if (it == haystack.end() && !needle.empty()) return std::string_view::npos;
  return static_cast<std::size_t>(it - haystack.begin());
}

std::vector<std::string_view> split(std::string_view s, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto at = s.find(separator);
    parts.push_back(s.substr(0, at));
    if (at == std::string_view::npos) return parts;
    s.remove_prefix(at + 1);
  }
}

std::optional<unsigned long long> parse_unsigned(std::string_view s, unsigned long long max) {
  unsigned long long value = 0;
  const auto [end, ec] = std::from_chars(s.data(), s.data() + s.size(), value);
  if (ec != std::errc{} || end != s.data() + s.size() || value > max) return std::nullopt;
  return value;
}

bool is_utf8(std::string_view s) {
  return u8_check(bytes(s), s.size()) == nullptr;
}

std::string to_valid_utf8(std::string_view s) {
  std::string out;
  out.reserve(s.size());
  while (!s.empty()) {
    const uint8_t* bad = u8_check(bytes(s), s.size());
    if (!bad) return out.append(s);
    const auto good = static_cast<std::size_t>(bad - bytes(s));
    out.append(s.substr(0, good)).append(kReplacement);
    s.remove_prefix(good + 1);
  }
  return out;
}

std::string_view utf8_prefix(std::string_view s, std::size_t max_bytes) {
  if (s.size() <= max_bytes) return s;
  while (max_bytes > 0 && (static_cast<unsigned char>(s[max_bytes]) & 0xC0) == 0x80) --max_bytes;
  return s.substr(0, max_bytes);
}

std::size_t display_width(std::string_view s) {
  std::size_t columns = 0;
  for (std::size_t pos = 0; pos < s.size();) columns += char_columns(next_char(s, pos));
  return columns;
}

std::string fit_columns(std::string_view s, std::size_t columns) {
  if (display_width(s) <= columns) return std::string(s);
  if (columns == 0) return {};
  std::size_t used = 0;
  std::size_t pos = 0;
  for (;;) {
    std::size_t next = pos;
    used += char_columns(next_char(s, next));
    if (used > columns - 1) break;
    pos = next;
  }
  return std::string(s.substr(0, pos)) + "…";
}

std::string printable(std::string_view s) {
  std::string out;
  out.reserve(s.size());
  for (std::size_t pos = 0; pos < s.size();) {
    const std::size_t start = pos;
    const ucs4_t c = next_char(s, pos);
    if (c < 0x20 || (c >= 0x7F && c < 0xA0)) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", c);
    } else if (c == 0xFFFD || is_bidi_control(c)) {
      out.append(kReplacement);
    } else {
      out.append(s.substr(start, pos - start));
    }
  }
  return out;
}

std::string squeeze(std::string_view s) {
  std::string out;
  out.reserve(s.size());
  for (const char c : trim(s)) {
    const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (!blank) {
      out.push_back(c);
    } else if (out.back() != ' ') {
      out.push_back(' ');
    }
  }
  return out;
}

std::string counted(std::size_t number, std::string_view noun) {
  return std::to_string(number) + ' ' + std::string(noun) + (number == 1 ? "" : "s");
}

}  // namespace hagaki
