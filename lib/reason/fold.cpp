#include <array>

#include "base/text.h"
#include "reason/text.h"

namespace hagaki::reason {
namespace {

/// U+00C0..U+00FF without their accents, lower case; "" keeps the sign.
constexpr std::array<std::string_view, 64> kLatin = {
    "a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i", "i",
    "d", "n", "o", "o", "o", "o", "o",  "",  "o", "u", "u", "u", "u", "y", "",  "ss",
    "a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i", "i",
    "d", "n", "o", "o", "o", "o", "o",  "",  "o", "u", "u", "u", "u", "y", "",  "y"};

/// What stands for the sign U+20xx whose last byte is given; empty keeps it.
std::string_view general_punctuation(unsigned char last) {
  switch (last) {
    case 0x90:  // hyphens and dashes
    case 0x91:
    case 0x92:
    case 0x93:
    case 0x94:
      return "-";
    case 0x98:  // quotation marks
    case 0x99:
      return "'";
    case 0x9c:
    case 0x9d:
      return "\"";
    default:
      return {};
  }
}

/// Bytes that `text` begins with and that are one sign with another spelling; 0 where none.
std::size_t respell(std::string_view text, std::string& out) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (text.size() >= 2 && byte(0) == 0xc3 && byte(1) >= 0x80 && byte(1) <= 0xbf) {
    const auto plain = kLatin[byte(1) - 0x80U];
    if (plain.empty()) return 0;
    out += plain;
    return 2;
  }
  if (text.size() >= 2 && byte(0) == 0xc2 && byte(1) == 0xa0) {  // no-break space
    out += ' ';
    return 2;
  }
  if (text.size() >= 3 && byte(0) == 0xe2 && byte(1) == 0x80) {
    const auto plain = general_punctuation(byte(2));
    if (plain.empty()) return 0;
    out += plain;
    return 3;
  }
  if (text.starts_with("e-mail") &&
      (out.empty() || !((out.back() >= 'a' && out.back() <= 'z') || out.back() == '-'))) {
    out += "email";
    return 6;
  }
  return 0;
}

/// Where the next sign may stand that has another spelling; `lower`'s size where none does.
std::size_t next_special(std::string_view lower, std::size_t from) {
  std::size_t at = from;
  for (; at < lower.size(); ++at) {
    const auto c = static_cast<unsigned char>(lower[at]);
    if (c == 0xc2 || c == 0xc3 || c == 0xe2) return at;
    if (c == '-' && at > from && lower[at - 1] == 'e' &&
        lower.substr(at - 1).starts_with("e-mail")) {
      return at - 1;
    }
  }
  return at;
}

}  // namespace

std::string fold(std::string_view text) {
  std::string lower = ascii_lower(text);
  std::size_t special = next_special(lower, 0);
  if (special == lower.size()) return lower;
  std::string out;
  out.reserve(lower.size() + lower.size() / 8);
  for (std::size_t at = 0; at < lower.size();) {
    out.append(lower, at, special - at);
    if (special == lower.size()) break;
    const std::size_t taken = respell(std::string_view(lower).substr(special), out);
    if (taken == 0) out.push_back(lower[special]);
    at = special + (taken == 0 ? 1 : taken);
    special = next_special(lower, at);
  }
  return out;
}

}  // namespace hagaki::reason
