#include "reason/patterns.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace hagaki::reason {
namespace {

constexpr std::size_t kMaxPiece = 1000;

/// A piece as a rule's author writes it.
struct Written {
  std::string_view words;  ///< empty where it cannot be one
  bool inside = false;     ///< it need not begin where a word begins
  bool ends_word = false;

  [[nodiscard]] bool in_names() const {
    return words.find('.') != std::string_view::npos || words.find('/') != std::string_view::npos;
  }
};

Written read_marks(std::string_view piece) {
  Written out;
  out.inside = piece.starts_with('~');
  if (out.inside) piece.remove_prefix(1);
  out.ends_word = piece.ends_with('|');
  if (out.ends_word) piece.remove_suffix(1);
  if (piece.size() <= kMaxPiece) out.words = piece;
  return out;
}

/// True for words that fold() makes lower case and nothing else.
bool is_plain(std::string_view words) {
  return is_ascii(words) && words.find('-') == std::string_view::npos;
}

}  // namespace

bool Piece::fits(std::string_view text, std::size_t begin) const {
  return (!begins_word || Patterns::at_word_begin(text, begin)) &&
         (!ends_word || Patterns::at_word_end(text, begin + bytes.size()));
}

bool is_pattern(std::string_view pattern) {
  for (;;) {
    const auto star = pattern.find('*');
    if (read_marks(pattern.substr(0, star)).words.empty()) return false;
    if (star == std::string_view::npos) return true;
    pattern.remove_prefix(star + 1);
  }
}

std::vector<Piece> parse_pattern(std::string_view pattern) {
  std::vector<Piece> pieces;
  for (const auto bytes : split(pattern, '*')) {
    const auto written = read_marks(bytes);
    if (written.words.empty()) return {};
    Piece piece;
    piece.bytes = fold(written.words);
    piece.begins_word = !written.inside && Patterns::is_word_char(piece.bytes.front());
    piece.ends_word = written.ends_word;
    piece.in_names = written.in_names();
    pieces.push_back(std::move(piece));
  }
  return pieces;
}

std::vector<Span> locate(const std::vector<Piece>& pieces, const SeenText& text) {
  const auto in_name = [&](std::size_t last) {
    return std::any_of(text.names.begin(), text.names.end(),
                       [&](const Span& s) { return s.begin <= last && last < s.end; });
  };
  std::vector<Span> spans;
  std::size_t from = 0;
  while (spans.size() < pieces.size()) {
    const auto& piece = pieces[spans.size()];
    std::size_t at = text.bytes.find(piece.bytes, from);
    while (at != std::string::npos && (!piece.fits(text.bytes, at) ||
                                       (!piece.in_names && in_name(at + piece.bytes.size() - 1)))) {
      at = text.bytes.find(piece.bytes, at + 1);
    }
    if (at == std::string::npos && spans.empty()) return {};
    if (at == std::string::npos || (!spans.empty() && at - spans.back().end > kMaxGap)) {
      from = spans.back().begin + 1;  // the piece before may stand nearer
      spans.pop_back();
      continue;
    }
    spans.push_back({at, at + piece.bytes.size()});
    from = spans.back().end;
  }
  return spans;
}

void Patterns::add(std::string_view pattern, std::uint32_t id) {
  bool first = true;
  for (;;) {
    const auto star = pattern.find('*');
    const auto written = read_marks(pattern.substr(0, star));
    const auto number = static_cast<std::uint32_t>(uses_.size());
    std::size_t length = written.words.size();
    char begin = to_lower(written.words.front());
    if (is_plain(written.words)) {
      finder_.add_lower(written.words, number);
    } else {
      const auto folded = fold(written.words);
      finder_.add(folded, number);
      length = folded.size();
      begin = folded.front();
    }
    const bool last = star == std::string_view::npos;
    uses_.push_back({.id = id,
                     .step = steps_,
                     .length = static_cast<std::uint16_t>(length),
                     .begins_word = !written.inside && is_word_char(begin),
                     .ends_word = written.ends_word,
                     .in_names = written.in_names(),
                     .first = first,
                     .last = last});
    if (last) return;
    ++steps_;
    first = false;
    pattern.remove_prefix(star + 1);
  }
}

}  // namespace hagaki::reason
