#include "cli/wrap.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"

namespace hagaki::cli {
namespace {

/// Closing marks that must not begin a line (JIS X 4051).
constexpr std::array<std::string_view, 9> kNotFirst{"。", "、", "」", "』", "）",
                                                    "・", "ー", "：", "！"};

/// Opening marks that must not end one.
constexpr std::array<std::string_view, 5> kNotLast{"「", "『", "（", "(", "【"};

template <std::size_t size>
bool is_one_of(const std::array<std::string_view, size>& marks, std::string_view c) {
  return std::find(marks.begin(), marks.end(), c) != marks.end();
}

std::size_t length_of(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead < 0xE0) return 2;
  return lead < 0xF0 ? 3 : 4;
}

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
  while (!text.empty()) {
    const auto size = std::min(length_of(static_cast<unsigned char>(text[0])), text.size());
    const auto c = text.substr(0, size);
    text.remove_prefix(size);
    if (c == " ") {
      blank = true;
      open = holds = false;
      continue;
    }
    const bool wide = display_width(c) == 2;
    if (!out.empty() && !blank && (holds || is_one_of(kNotFirst, c) || (!wide && open))) {
      out.back().text += c;
    } else {
      out.push_back({std::string(c), blank});
    }
    holds = is_one_of(kNotLast, c);
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
