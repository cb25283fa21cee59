#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ascii.h"

/// Text helpers. "ASCII" in a name means other bytes are left as they are, so UTF-8 passes through.
namespace hagaki {

/// `s` without leading and trailing space, tab, CR and LF. Views into `s`.
inline std::string_view trim(std::string_view s) {
  while (!s.empty() && is_white(s.back())) s.remove_suffix(1);
  while (!s.empty() && is_white(s.front())) s.remove_prefix(1);
  return s;
}

/// `s` with A-Z made a-z, other bytes unchanged.
std::string ascii_lower(std::string_view s);

/// `s` with a-z made A-Z, other bytes unchanged.
std::string ascii_upper(std::string_view s);

/// Whether `size` bytes at `a` and at `b` are equal without regard to ASCII case.
bool ascii_isame(const char* a, const char* b, std::size_t size);

/// Equality without regard to ASCII case.
inline bool ascii_iequals(std::string_view a, std::string_view b) {
  return a.size() == b.size() && ascii_isame(a.data(), b.data(), a.size());
}

/// True when `s` starts with `prefix` without regard to ASCII case.
inline bool ascii_istarts_with(std::string_view s, std::string_view prefix) {
  return s.size() >= prefix.size() && ascii_isame(s.data(), prefix.data(), prefix.size());
}

/// True when `s` ends with `suffix` without regard to ASCII case.
inline bool ascii_iends_with(std::string_view s, std::string_view suffix) {
  return s.size() >= suffix.size() &&
         ascii_isame(s.data() + (s.size() - suffix.size()), suffix.data(), suffix.size());
}

/// Position of `needle` in `haystack` at or after `from`, without regard to ASCII case; npos if
/// none.
std::size_t ascii_ifind(std::string_view haystack, std::string_view needle, std::size_t from = 0);

/// The parts of `s` between `separator`s; "a,,b" gives three. Views into `s`.
std::vector<std::string_view> split(std::string_view s, char separator);

/// A whole unsigned decimal number of at most `max`, or nothing (sign, blank, overflow).
std::optional<unsigned long long> parse_unsigned(std::string_view s,
                                                 unsigned long long max = ~0ULL);

/// True when `s` has only bytes below 128.
bool is_ascii(std::string_view s);

/// True when `s` is well-formed UTF-8.
bool is_utf8(std::string_view s);

/// `s` with each malformed byte sequence replaced by U+FFFD.
std::string to_valid_utf8(std::string_view s);

/// `s` cut to at most `max_bytes` bytes, never inside a UTF-8 character. Views into `s`.
std::string_view utf8_prefix(std::string_view s, std::size_t max_bytes);

/// Columns that `s` (UTF-8) takes on a terminal; East Asian wide characters take two.
std::size_t display_width(std::string_view s);

/// `s` cut so that it takes at most `columns`; "…" marks a cut.
std::string fit_columns(std::string_view s, std::size_t columns);

/// Remote text made safe for a terminal or a log: control characters (C0, DEL, C1) become \xNN,
/// bidirectional overrides become U+FFFD, malformed UTF-8 becomes U+FFFD. Result is one line.
std::string printable(std::string_view s);

/// JSON in lines made safe for a terminal: control characters and bidirectional overrides inside
/// texts become \uXXXX, which means the same. `json` is well-formed; so is the result.
std::string printable_json(std::string_view json);

/// Runs of white space made one space, ends trimmed: a folded or multi-line text as one line.
std::string squeeze(std::string_view s);

/// Appends `s` with all but the unreserved characters of RFC 3986 §2.3 and those in `also_plain` as
/// %XX.
void append_percent_encoded(std::string& out, std::string_view s, std::string_view also_plain = {});

/// `s` with each %XX as the octet that it stands for; a "%" without two hexadecimal digits behind
/// it stays.
std::string percent_decoded(std::string_view s);

/// A number and what it counts: "1 mail", "2 mails". Only for nouns that take an s.
std::string counted(std::size_t number, std::string_view noun);

}  // namespace hagaki
