#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/word_finder.h"
#include "reason/text.h"

namespace hagaki::reason {

/// One piece of a pattern: words that stand together, and where they may stand.
struct Piece {
  std::string bytes;
  bool begins_word = false;  ///< no letter or digit may stand before it
  bool ends_word = false;    ///< nor behind it
  bool in_names = false;     ///< it may stand inside a host name or URL

  /// True when the piece, whose bytes are found at `begin`, may stand there.
  [[nodiscard]] bool fits(std::string_view text, std::size_t begin) const;
};

/// True for what parse_pattern() can split.
bool is_pattern(std::string_view pattern);

/// Splits "piece*piece" (see Rule::match). Empty when there is no piece or an empty one.
std::vector<Piece> parse_pattern(std::string_view pattern);

/// Where the pieces stand in `text`, as early as they can; empty where they do not all.
std::vector<Span> locate(const std::vector<Piece>& pieces, const SeenText& text);

/// Bytes that may stand between two pieces of a pattern: what belongs together stands together.
inline constexpr std::size_t kMaxGap = 120;

/// Finds many patterns in one pass over a text. The pieces of a pattern must occur in order without
/// overlap, with at most kMaxGap bytes between two.
class Patterns {
 public:
  /// Adds a pattern that stands for `id`. False when it has no piece or an empty one.
  bool add(std::string_view pattern, std::uint32_t id);
  /// Makes the automaton; call once, after the last add().
  void build();

  /// Calls `hit` with the id of each pattern found, as soon as its last piece was seen; ids may
  /// repeat.
  template <class Hit>
  void find(const SeenText& text, Hit hit) const {
    std::vector<std::uint32_t> ends(slots_);  // of pieces, where they were found last
    const std::string_view bytes = text.bytes;
    std::size_t name = 0;  // the first that ends behind the place
    finder_.find(bytes, [&](std::uint32_t number, std::size_t end) {
      const Use& use = uses_[number];
      while (name < text.names.size() && text.names[name].end < end) ++name;
      const bool in_name = name < text.names.size() && text.names[name].begin < end;
      if (in_name && !use.in_names) return;
      if (use.ends_word && !at_word_end(bytes, end)) return;
      if (use.begins_word && !at_word_begin(bytes, end - use.length)) return;
      if (use.pieces == 1 || advance(use, end, ends)) hit(use.id);
    });
  }

  static bool is_word_char(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
  static bool at_word_begin(std::string_view text, std::size_t begin) {
    return begin == 0 || !is_word_char(text[begin - 1]);
  }
  static bool at_word_end(std::string_view text, std::size_t end) {
    return end >= text.size() || !is_word_char(text[end]);
  }

 private:
  struct Use {
    std::uint32_t id;      ///< of the pattern
    std::uint32_t slot;    ///< of a pattern of several pieces: where its end is noted
    std::uint16_t place;   ///< which of its pieces
    std::uint16_t pieces;  ///< how many it has
    std::uint16_t length;  ///< of the piece
    bool begins_word;
    bool ends_word;
    bool in_names;
  };
  /// Notes that a piece was found; true when it was the last and those before it were found too.
  static bool advance(const Use& use, std::size_t end, std::vector<std::uint32_t>& ends) {
    const std::size_t begin = end - use.length;
    if (use.place > 0) {
      const std::uint32_t before = ends[use.slot - 1];
      if (before == 0 || before > begin || begin - before > kMaxGap) return false;
    }
    ends[use.slot] = static_cast<std::uint32_t>(end);
    return use.place + 1 == use.pieces;
  }

  /// Pieces as they were added, until build().
  std::vector<std::pair<std::string, Use>> added_;
  std::size_t slots_ = 0;  ///< pieces of patterns of several pieces
  std::vector<Use> uses_;
  WordFinder finder_;  ///< the pieces; numbers are indexes of uses_
};

}  // namespace hagaki::reason
