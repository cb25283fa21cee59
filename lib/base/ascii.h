#pragma once

/// Kinds of ASCII characters, whatever the locale.
namespace hagaki {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

constexpr bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

constexpr bool is_alpha(char c) {
  return (c >= 'a' && c <= 'z') || is_upper(c);
}

constexpr bool is_alnum(char c) {
  return is_alpha(c) || is_digit(c);
}

}  // namespace hagaki
