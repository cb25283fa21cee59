#include "harvest/local_part.h"

#include "base/ascii.h"
#include "base/text.h"
#include "base/utf8.h"
#include "harvest/public_suffix.h"

namespace hagaki::harvest {
namespace {

/// Where the run of letters and signs that ends before `end` begins.
std::size_t run_begin(std::string_view text, std::size_t end, std::size_t least) {
  std::size_t begin = end;
  while (begin > least) {
    if (is_local_character(text[begin - 1])) {
      --begin;
    } else if (begin - least >= 2 && marked_letter(text.substr(begin - 2)) == 2) {
      begin -= 2;
    } else {
      break;
    }
  }
  return begin;
}

bool begins_local(std::string_view text) {
  return is_alnum(text.front()) || text.front() == '_' || marked_letter(text) > 0;
}

}  // namespace

bool is_local_character(char c) {
  return is_alnum(c) || std::string_view("._+-&~#%'").find(c) != std::string_view::npos;
}

std::size_t marked_letter(std::string_view s) {
  std::size_t length = 0;
  const char32_t c = s.empty() ? 0 : next_character(s, length);
  return c >= 0xC0 && c < 0x250 && c != 0xD7 && c != 0xF7 ? length : 0;
}

std::size_t local_begin(std::string_view text, std::size_t end, std::size_t least) {
  std::size_t begin = run_begin(text, end, least);
  if (begin > least && text[begin - 1] == '=' &&
      is_mail_domain(ascii_lower(text.substr(begin, end - begin)))) {
    const std::size_t whole = run_begin(text, begin - 1, least);
    if (whole < begin - 1) begin = whole;
  }
  // "%20info@example.jp"
  for (std::size_t i = begin; i + 2 < end; ++i) {
    if (text[i] == '%' && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0) begin = i + 3;
  }
  while (begin < end && !begins_local(text.substr(begin))) ++begin;
  // The letter of an escape: "\ninfo@example.jp" in a script or in JSON, "\u003cinfo@".
  if (begin > 0 && text[begin - 1] == '\\' && end - begin > 1) {
    const char c = text[begin];
    if (c == 'u' && end - begin > 5) {
      begin += 5;
    } else if (c == 'n' || c == 'r' || c == 't') {
      ++begin;
    }
  }
  return begin;
}

}  // namespace hagaki::harvest
