#include "base/text.h"

#include <unistr.h>
#include <uniwidth.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstring>

#include <fmt/format.h>

namespace hagaki {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

constexpr bool is_white(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

constexpr char lower(char c) {
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

/// How many bytes of `s` are ASCII before the first that is not, perhaps a few less.
std::size_t ascii_length(std::string_view s) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080u;
  std::size_t at = 0;
  for (std::uint64_t eight = 0; at + sizeof eight <= s.size(); at += sizeof eight) {
    std::memcpy(&eight, s.data() + at, sizeof eight);
    if ((eight & kHighBits) != 0) return at;
  }
  while (at < s.size() && static_cast<unsigned char>(s[at]) < 0x80) ++at;
  return at;
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
  while (!s.empty() && is_white(s.back())) s.remove_suffix(1);
  while (!s.empty() && is_white(s.front())) s.remove_prefix(1);
  return s;
}

std::string ascii_lower(std::string_view s) {
  std::string out(s);
  for (char& c : out) c = lower(c);
  return out;
}

bool ascii_iequals(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

bool ascii_istarts_with(std::string_view s, std::string_view prefix) {
  return s.size() >= prefix.size() && ascii_iequals(s.substr(0, prefix.size()), prefix);
}

bool ascii_iends_with(std::string_view s, std::string_view suffix) {
  return s.size() >= suffix.size() && ascii_iequals(s.substr(s.size() - suffix.size()), suffix);
}

std::size_t ascii_ifind(std::string_view haystack, std::string_view needle, std::size_t from) {
  if (from > haystack.size()) return std::string_view::npos;
  if (needle.empty()) return from;
  if (haystack.size() < needle.size()) return std::string_view::npos;
  const std::size_t end = haystack.size() - needle.size() + 1;  // of the places to begin at
  const auto find = [&](char c, std::size_t at) {
    const void* hit = at < end ? std::memchr(haystack.data() + at, c, end - at) : nullptr;
    return hit == nullptr
               ? end
               : static_cast<std::size_t>(static_cast<const char*>(hit) - haystack.data());
  };
  const char small = lower(needle.front());
  const char large = small >= 'a' && small <= 'z' ? static_cast<char>(small - 'a' + 'A') : small;
  std::size_t next_small = find(small, from);
  std::size_t next_large = small == large ? end : find(large, from);
  while (next_small < end || next_large < end) {
    std::size_t& at = next_small < next_large ? next_small : next_large;
    if (ascii_iequals(haystack.substr(at + 1, needle.size() - 1), needle.substr(1))) return at;
    at = find(&at == &next_small ? small : large, at + 1);
  }
  return std::string_view::npos;
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
  s.remove_prefix(ascii_length(s));
  return s.empty() || u8_check(bytes(s), s.size()) == nullptr;
}

std::string to_valid_utf8(std::string_view s) {
  std::string out;
  out.reserve(s.size());
  for (;;) {
    const std::size_t plain = ascii_length(s);
    out.append(s.substr(0, plain));
    s.remove_prefix(plain);
    if (s.empty()) return out;
    const uint8_t* bad = u8_check(bytes(s), s.size());
    if (!bad) return out.append(s);
    const auto good = static_cast<std::size_t>(bad - bytes(s));
    out.append(s.substr(0, good)).append(kReplacement);
    s.remove_prefix(good + 1);
  }
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
  s = trim(s);
  std::string out(s.size(), '\0');
  char* to = out.data();
  for (std::size_t i = 0; i < s.size(); ++i) {
    const char c = s[i];
    if (!is_white(c)) {
      *to++ = c;
    } else if (!is_white(s[i - 1])) {  // the first is none
      *to++ = ' ';
    }
  }
  out.resize(static_cast<std::size_t>(to - out.data()));
  return out;
}

std::string counted(std::size_t number, std::string_view noun) {
  return std::to_string(number) + ' ' + std::string(noun) + (number == 1 ? "" : "s");
}

}  // namespace hagaki
