#include "reason/patterns.h"

#include <algorithm>
#include <unordered_map>
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

std::string_view first_words(std::string_view pattern) {
  return read_marks(pattern.substr(0, pattern.find('*'))).words;
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
    piece.in_names = written.words.find_first_of("./") != std::string_view::npos;
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

bool Patterns::add(std::string_view pattern, std::uint32_t id) {
  auto pieces = parse_pattern(pattern);
  if (pieces.empty()) return false;
  added_.push_back({std::move(pieces), id});
  return true;
}

void Patterns::build() {
  std::unordered_map<std::string, std::uint32_t> known;  // kinds by their words and conditions
  std::vector<std::vector<Use>> uses;                    // by kind
  const auto kind_of = [&](const Piece& piece) {
    std::string key = piece.bytes;
    key += static_cast<char>((piece.begins_word ? 1 : 0) + (piece.ends_word ? 2 : 0) +
                             (piece.in_names ? 4 : 0));
    const auto [it, is_new] =
        known.emplace(std::move(key), static_cast<std::uint32_t>(kinds_.size()));
    if (is_new) {
      finder_.add(piece.bytes, it->second);
      kinds_.push_back({.length = static_cast<std::uint16_t>(piece.bytes.size()),
                        .begins_word = piece.begins_word,
                        .ends_word = piece.ends_word,
                        .in_names = piece.in_names});
      uses.emplace_back();
    }
    return it->second;
  };
  std::uint32_t chains = 0;
  for (const auto& [pieces, id] : added_) {
    std::uint32_t before = kNone;
    for (const auto& piece : pieces) {
      const auto kind = kind_of(piece);
      const bool last = &piece == &pieces.back();
      const bool begins_chain = before == kNone && !last;
      if (begins_chain) {
        kinds_[kind].begins_chains = true;
        before = kind;
        continue;
      }
      uses[kind].push_back({id, before, kChain | chains, last});
      before = kChain | chains++;
    }
  }
  for (std::size_t i = 0; i < kinds_.size(); ++i) {
    kinds_[i].first = static_cast<std::uint32_t>(uses_.size());
    kinds_[i].uses = static_cast<std::uint32_t>(uses[i].size());
    uses_.insert(uses_.end(), uses[i].begin(), uses[i].end());
  }
  finder_.build();
  added_ = {};
}

bool Patterns::follows(std::uint32_t what, std::size_t begin, const Found& found) {
  const auto place =
      std::find_if(found.begin(), found.end(), [&](const Place& p) { return p.what == what; });
  if (place == found.end()) return false;
  const std::size_t end = place->end <= begin ? place->end : place->end_before;
  return end != 0 && end <= begin && begin - end <= kMaxGap;
}

void Patterns::note(std::uint32_t what, std::size_t end, Found& found) {
  const auto place =
      std::find_if(found.begin(), found.end(), [&](const Place& p) { return p.what == what; });
  if (place == found.end()) {
    found.push_back({what, static_cast<std::uint32_t>(end), 0});
  } else {
    place->end_before = std::exchange(place->end, static_cast<std::uint32_t>(end));
  }
}

}  // namespace hagaki::reason
