#include "cli/wrap.h"

#include <algorithm>
#include <vector>

#include "base/line_break.h"
#include "base/text.h"
#include "base/utf8.h"

namespace hagaki::cli {
namespace {

/// What is kept together: a word, or one wide character with the marks that cling to it.
struct Piece {
  std::string text;
  bool blank_before = false;
};

std::vector<Piece> pieces_of(std::string_view text) {
  std::vector<Piece> out;
  bool blank = false;
  bool open = false;   // the last piece is a word that goes on
  bool holds = false;  // or ends in an opening mark
  for (std::size_t pos = 0; pos < text.size();) {
    const std::size_t begin = pos;
    const char32_t c = next_character(text, pos);
    const auto octets = text.substr(begin, pos - begin);
    if (c == ' ') {
      blank = true;
      open = holds = false;
      continue;
    }
    const bool wide = display_width(octets) == 2;
    if (!out.empty() && !blank && (holds || must_not_begin_line(c) || (!wide && open))) {
      out.back().text += octets;
    } else {
      out.push_back({std::string(octets), blank});
    }
    holds = must_not_end_line(c);
    open = !wide;
    blank = false;
  }
  return out;
}

}  // namespace

std::string wrapped(std::string_view text, std::size_t indent, std::size_t columns) {
  const std::string margin(indent, ' ');
  const std::size_t room = std::max<std::size_t>(columns > indent ? columns - indent : 0, 20);
  std::string out;
  std::string line;
  std::size_t width = 0;
  for (const auto& piece : pieces_of(text)) {
    const auto wide = display_width(piece.text);
    const std::size_t gap = piece.blank_before && !line.empty() ? 1 : 0;
    if (!line.empty() && width + gap + wide > room) {
      out += margin + line + '\n';
      line.clear();
      width = 0;
    } else if (gap == 1) {
      line += ' ';
      ++width;
    }
    line += piece.text;
    width += wide;
  }
  if (!line.empty()) out += margin + line + '\n';
  return out;
}

}  // namespace hagaki::cli
