#pragma once

#include <string_view>

/// Walking over JSON text to learn where values begin and end. Where the text is no valid JSON,
/// what is found means nothing, but all lies within the text.
namespace hagaki::records {

/// Position behind the white space at `pos`.
inline std::size_t skip_space(std::string_view s, std::size_t pos) {
  while (pos < s.size() && (s[pos] == ' ' || s[pos] == '\t' || s[pos] == '\r' || s[pos] == '\n')) {
    ++pos;
  }
  return pos;
}

/// Position behind the string whose opening quote is at `pos`.
inline std::size_t skip_string(std::string_view s, std::size_t pos) {
  for (++pos; pos < s.size() && s[pos] != '"'; ++pos) {
    if (s[pos] == '\\') ++pos;
  }
  return pos < s.size() ? pos + 1 : s.size();
}

/// Position behind the value that begins at `pos`.
inline std::size_t skip_value(std::string_view s, std::size_t pos) {
  if (pos >= s.size()) return s.size();
  if (s[pos] == '"') return skip_string(s, pos);
  if (s[pos] != '{' && s[pos] != '[') {
    const auto end = s.find_first_of(",}] \t\r\n", pos);
    return end == std::string_view::npos ? s.size() : end;
  }
  int depth = 0;
  while (pos < s.size()) {
    const char c = s[pos];
    if (c == '"') {
      pos = skip_string(s, pos);
      continue;
    }
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) return pos + 1;
    ++pos;
  }
  return s.size();
}

/// Calls `each(key_begin, key_raw, value_raw, value_end)` for the fields of the object at the start
/// of `s`; `key_raw` is without quotes and still escaped.
template <class F>
void scan_object(std::string_view s, F each) {
  std::size_t pos = skip_space(s, skip_space(s, 0) + 1);
  while (pos < s.size() && s[pos] == '"') {
    const std::size_t key_begin = pos;
    const std::size_t key_end = skip_string(s, pos);
    const std::size_t value = skip_space(s, skip_space(s, key_end) + 1);
    if (value >= s.size() || key_end < key_begin + 2) return;
    const std::size_t value_end = skip_value(s, value);
    each(key_begin, s.substr(key_begin + 1, key_end - key_begin - 2),
         s.substr(value, value_end - value), value_end);
    pos = skip_space(s, value_end);
    if (pos >= s.size() || s[pos] != ',') return;
    pos = skip_space(s, pos + 1);
  }
}

}  // namespace hagaki::records
