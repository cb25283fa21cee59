#include "letter/flowed.h"

#include <algorithm>

#include "base/line_break.h"
#include "base/text.h"
#include "base/utf8.h"

namespace hagaki::letter {
namespace {

constexpr std::size_t kColumns = 72;
constexpr std::string_view kSignature = "-- ";

/// Scripts that are written without blanks: ideographs, kana, hangul, full-width forms.
bool breaks_anywhere(char32_t c) {
  return (c >= 0x2E80 && c <= 0xA4CF) || (c >= 0xAC00 && c <= 0xD7A3) ||
         (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFF00 && c <= 0xFFEF) ||
         (c >= 0x20000 && c <= 0x3FFFF);
}

/// Where to break `line`, which is too long: octets of its first part. All of it where there is no
/// place.
std::size_t break_at(std::string_view line) {
  std::size_t columns = 0;
  std::size_t best = 0;
  char32_t before = 0;
  for (std::size_t pos = 0; pos < line.size();) {
    const std::size_t begin = pos;
    const char32_t c = next_character(line, pos);
    const bool place = begin > 0 && c != ' ' && !must_not_begin_line(c) &&
                       !must_not_end_line(before) &&
                       (before == ' ' || breaks_anywhere(before) || breaks_anywhere(c));
    if (place && columns <= kColumns) best = begin;
    if (place && columns > kColumns) return best > 0 ? best : begin;
    columns += display_width(line.substr(begin, pos - begin));
    before = c;
  }
  return columns > kColumns && best > 0 ? best : line.size();
}

/// RFC 3676 §4.4: a line that begins like something else gets a blank, which the reader takes away.
bool needs_stuffing(std::string_view line) {
  return line.starts_with(' ') || line.starts_with('>') || line.starts_with("From ");
}

void append_paragraph(std::string& out, std::string_view line) {
  if (line == kSignature) {
    out += line;
    return;
  }
  line = line.substr(0, line.find_last_not_of(" \t") + 1);
  while (true) {
    const std::size_t size = break_at(line);
    if (needs_stuffing(line)) out += ' ';
    out += line.substr(0, size);
    line.remove_prefix(size);
    if (line.empty()) return;
    out += " \n";
  }
}

}  // namespace

std::string to_flowed(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 32);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    append_paragraph(out, line);
    if (end < text.size()) out += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace hagaki::letter
