#include "harvest/full_width.h"

#include <algorithm>
#include <cstddef>

#include "base/ascii.h"
#include "base/utf8.h"
#include "harvest/local_part.h"

namespace hagaki::harvest {
namespace {

constexpr std::string_view kWideAt = "＠";
constexpr std::string_view kWideWord = "ａｔ";
constexpr std::string_view kWideDot = "．";

/// `text` with full-width dots within a domain as ASCII.
std::string with_narrow_dots(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto dot = std::min(text.find(kWideDot, at), text.size());
    out.append(text, at, dot - at);
    if (dot == text.size()) break;
    at = dot + kWideDot.size();
    const bool within =
        !out.empty() && is_alnum(out.back()) && at < text.size() && is_alnum(text[at]);
    out += within ? "." : kWideDot;
  }
  return out;
}

/// Full-width letters, digits and signs of addresses as ASCII.
std::string with_narrow_letters(std::string_view text) {
  std::string out;
  for (std::size_t pos = 0; pos < text.size();) {
    const std::size_t begin = pos;
    const char32_t c = next_character(text, pos);
    const char32_t ascii = c - 0xFEE0;
    if (c >= 0xFF01 && c <= 0xFF5E &&
        (is_local_character(static_cast<char>(ascii)) || ascii == U'@')) {
      out += static_cast<char>(ascii);
    } else {
      out.append(text, begin, pos - begin);
    }
  }
  return out;
}

bool holds(std::string_view text, std::string_view sign) {
  return text.find(sign) != std::string_view::npos;
}

}  // namespace

std::optional<std::string> with_narrow_signs(std::string_view line) {
  if (line.find('\xEF') == std::string_view::npos) return std::nullopt;
  if (holds(line, kWideAt) || holds(line, kWideWord)) return with_narrow_letters(line);
  if (holds(line, kWideDot)) return with_narrow_dots(line);
  return std::nullopt;
}

std::string with_narrow_signs_alone(std::string_view address) {
  std::string out;
  for (std::size_t at = 0; at < address.size();) {
    const auto rest = address.substr(at);
    const bool sign = rest.starts_with(kWideAt);
    if (sign || rest.starts_with(kWideDot)) {
      out += sign ? '@' : '.';
      at += kWideAt.size();
    } else {
      out += address[at++];
    }
  }
  return out;
}

}  // namespace hagaki::harvest
