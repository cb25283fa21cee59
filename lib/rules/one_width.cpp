#include "rules/one_width.h"

#include "base/ascii.h"
#include "base/utf8.h"

namespace hagaki::rules {

std::string one_width(std::string_view text) {
  const std::string form = compatibility_form(text);
  std::string out;
  out.reserve(form.size());
  for (std::size_t pos = 0; pos < form.size();) {
    const std::size_t begin = pos;
    const char32_t c = next_character(form, pos);
    // The sign of a long vowel, where it stands for a hyphen.
    const bool vowel_as_hyphen = c == 0x30FC && !out.empty() && is_digit(out.back());
    if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212 || vowel_as_hyphen) {
      out += '-';
    } else {
      out.append(form, begin, pos - begin);
    }
  }
  return out;
}

}  // namespace hagaki::rules
