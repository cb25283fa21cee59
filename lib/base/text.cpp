#include "base/text.h"

#include <simdjson.h>
#include <unistr.h>
#include <uniwidth.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <iterator>

#include <fmt/core.h>

#include "base/octets.h"
#include "base/utf8.h"

namespace hagaki {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

const uint8_t* bytes(std::string_view s) {
  return reinterpret_cast<const uint8_t*>(s.data());
}

/// How many bytes of `s` are ASCII before the first that is not, perhaps a few less.
std::size_t ascii_length(std::string_view s) {
  std::size_t at = 0;
  for (std::uint64_t eight = 0; at + sizeof eight <= s.size(); at += sizeof eight) {
    std::memcpy(&eight, s.data() + at, sizeof eight);
    if (any_high(eight) != 0) return at;
  }
  while (at < s.size() && static_cast<unsigned char>(s[at]) < 0x80) ++at;
  return at;
}

/// DEL and C1: what is a control character beside those below the blank.
bool is_high_control(ucs4_t c) {
  return c >= 0x7F && c < 0xA0;
}

bool is_bidi_control(ucs4_t c) {
  return is_bidi_override(c) || c == 0x200E || c == 0x200F || c == 0x061C;
}

std::size_t char_columns(ucs4_t c) {
  const int w = uc_width(c, "UTF-8");
  return w > 0 ? static_cast<std::size_t>(w) : 0;
}

}  // namespace

std::string ascii_lower(std::string_view s) {
  std::string out(s);
  for (char& c : out) c = to_lower(c);
  return out;
}

std::string ascii_upper(std::string_view s) {
  std::string out(s);
  for (char& c : out) {
    if (is_lower(c)) c = static_cast<char>(c - ('a' - 'A'));
  }
  return out;
}

bool ascii_isame(const char* a, const char* b, std::size_t size) {
  const auto same = [a, b]<class Word>(std::size_t at, Word) {
    Word word_a = 0;
    Word word_b = 0;
    std::memcpy(&word_a, a + at, sizeof word_a);
    std::memcpy(&word_b, b + at, sizeof word_b);
    return lower_octets(word_a) == lower_octets(word_b);
  };
  // By words; the last of them may overlap the one before it.
  if (size >= sizeof(std::uint64_t)) {
    for (std::size_t at = 0; at + sizeof(std::uint64_t) < size; at += sizeof(std::uint64_t)) {
      if (!same(at, std::uint64_t{})) return false;
    }
    return same(size - sizeof(std::uint64_t), std::uint64_t{});
  }
  if (size >= sizeof(std::uint32_t)) {
    return same(0, std::uint32_t{}) && same(size - sizeof(std::uint32_t), std::uint32_t{});
  }
  for (std::size_t i = 0; i < size; ++i) {
    if (to_lower(a[i]) != to_lower(b[i])) return false;
  }
  return true;
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

bool is_ascii(std::string_view s) {
  return s.empty() || ascii_length(s) == s.size();
}

bool is_utf8(std::string_view s) {
  s.remove_prefix(ascii_length(s));
  return s.empty() || simdjson::validate_utf8(s.data(), s.size());
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
  for (std::size_t pos = 0; pos < s.size();) columns += char_columns(next_character(s, pos));
  return columns;
}

std::string fit_columns(std::string_view s, std::size_t columns) {
  if (display_width(s) <= columns) return std::string(s);
  if (columns == 0) return {};
  std::size_t used = 0;
  std::size_t pos = 0;
  for (;;) {
    std::size_t next = pos;
    used += char_columns(next_character(s, next));
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
    const ucs4_t c = next_character(s, pos);
    if (c < 0x20 || is_high_control(c)) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", c);
    } else if (c == 0xFFFD || is_bidi_control(c)) {
      out.append(kReplacement);
    } else {
      out.append(s.substr(start, pos - start));
    }
  }
  return out;
}

std::string printable_json(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  for (std::size_t pos = 0; pos < json.size();) {
    const std::size_t start = pos;
    const ucs4_t c = next_character(json, pos);
    if (c < 0x20 && c != '\n') {
      out.push_back(' ');  // white space between tokens: in a text none may stand
    } else if (is_high_control(c) || is_bidi_control(c)) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", c);
    } else {
      out.append(json.substr(start, pos - start));
    }
  }
  return out;
}

std::string squeeze(std::string_view s) {
  constexpr std::size_t kWord = sizeof(std::uint64_t);
  s = trim(s);
  std::string out(s.size(), '\0');
  char* to = out.data();
  for (std::size_t i = 0; i < s.size();) {
    std::size_t end = s.size();
    if (s.size() - i >= kWord) {
      // Eight bytes go as they are when they hold blanks at most, and no two of them together.
      std::uint64_t word = 0;
      std::memcpy(&word, s.data() + i, kWord);
      const auto blanks = any_is(word, ' ');
      const bool again = is_white(s[i]) && is_white(s[i - 1]);  // the first byte is none
      if (any_below(word, 0x20) == 0 && (blanks & (blanks << 8)) == 0 && !again) {
        std::memcpy(to, s.data() + i, kWord);
        to += kWord;
        i += kWord;
        continue;
      }
      end = i + kWord;
    }
    for (; i < end; ++i) {
      const char c = s[i];
      if (!is_white(c)) {
        *to++ = c;
      } else if (!is_white(s[i - 1])) {
        *to++ = ' ';
      }
    }
  }
  out.resize(static_cast<std::size_t>(to - out.data()));
  return out;
}

void append_percent_encoded(std::string& out, std::string_view s, std::string_view also_plain) {
  constexpr char kHex[] = "0123456789ABCDEF";
  for (const char c : s) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~' ||
        also_plain.find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
}

std::string percent_decoded(std::string_view s) {
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] == '%' && i + 2 < s.size() && hex_value(s[i + 1]) >= 0 && hex_value(s[i + 2]) >= 0) {
      out.push_back(static_cast<char>(hex_value(s[i + 1]) * 16 + hex_value(s[i + 2])));
      i += 2;
    } else {
      out.push_back(s[i]);
    }
  }
  return out;
}

std::string counted(std::size_t number, std::string_view noun) {
  return std::to_string(number) + ' ' + std::string(noun) + (number == 1 ? "" : "s");
}

}  // namespace hagaki
