#include <array>

#include "base/ascii.h"
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

/// True when `out` ends in an "e" that is a word by itself, and of no longer one with hyphens.
bool ends_in_lone_e(std::string_view out) {
  if (!out.ends_with('e')) return false;
  out.remove_suffix(1);
  return out.empty() || !(is_lower(out.back()) || out.back() == '-');
}

/// Bytes that `text` begins with and that are one sign with another spelling; 0 where none.
std::size_t respell(std::string_view text, std::string& out) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  std::string_view plain;
  std::size_t taken = 0;
  if (text[0] == '-') {
    plain = "-";
    taken = 1;
  } else if (text.size() >= 2 && byte(0) == 0xc3 && byte(1) >= 0x80 && byte(1) <= 0xbf) {
    plain = kLatin[byte(1) - 0x80U];
    taken = 2;
  } else if (text.size() >= 2 && byte(0) == 0xc2 && byte(1) == 0xa0) {  // no-break space
    plain = " ";
    taken = 2;
  } else if (text.size() >= 3 && byte(0) == 0xe2 && byte(1) == 0x80) {
    plain = general_punctuation(byte(2));
    taken = 3;
  }
  if (plain.empty()) return 0;
  // "e-mail" is "email", whatever its hyphen and its "e" were.
  const bool in_email =
      plain == "-" && text.substr(taken).starts_with("mail") && ends_in_lone_e(out);
  if (!in_email) out += plain;
  return taken;
}

/// Where the next sign may stand that has another spelling; `lower`'s size where none does.
std::size_t next_special(std::string_view lower, std::size_t from) {
  std::size_t at = from;
  for (; at < lower.size(); ++at) {
    const auto c = static_cast<unsigned char>(lower[at]);
    if (c == 0xc2 || c == 0xc3 || c == 0xe2) return at;
    if (c == '-' && lower.substr(at + 1).starts_with("mail")) return at;
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
