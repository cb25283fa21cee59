#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/ascii.h"
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
/// overlap, with at most kMaxGap bytes between two. Quickly made, as WordFinder is.
class Patterns {
 public:
  /// Adds a pattern, for which is_pattern() holds, that stands for `id`.
  void add(std::string_view pattern, std::uint32_t id);
  /// Makes the tables; call once, after the last add().
  void build() { finder_.build(); }

  /// Calls `hit` with the id of each pattern found, as soon as its last piece was seen; ids may
  /// repeat.
  template <class Hit>
  void find(const SeenText& text, Hit hit) const {
    std::vector<Place> found;
    const std::string_view bytes = text.bytes;
    std::size_t name = 0;  // the first that ends behind the place
    finder_.find(bytes, [&](std::uint32_t number, std::size_t end) {
      const Use& use = uses_[number];
      const std::size_t begin = end - use.length;
      if (!use.first && !follows(use.step - 1, begin, found)) return;
      if (use.begins_word && !at_word_begin(bytes, begin)) return;
      if (use.ends_word && !at_word_end(bytes, end)) return;
      while (name < text.names.size() && text.names[name].end <= begin) ++name;
      if (!use.in_names && ends_in_name(text.names, name, end)) return;
      if (use.last) {
        hit(use.id);
      } else {
        note(use.step, end, found);
      }
    });
  }

  static bool is_word_char(char c) { return is_lower(c) || is_digit(c); }
  static bool at_word_begin(std::string_view text, std::size_t begin) {
    return begin == 0 || !is_word_char(text[begin - 1]);
  }
  static bool at_word_end(std::string_view text, std::size_t end) {
    return end >= text.size() || !is_word_char(text[end]);
  }

 private:
  /// What a piece is to its pattern.
  struct Use {
    std::uint32_t id;      ///< of the pattern
    std::uint32_t step;    ///< where it is noted for the next piece, whose step is one more
    std::uint16_t length;  ///< bytes
    bool begins_word;
    bool ends_word;
    bool in_names;
    bool first;
    bool last;
  };
  /// Where a piece ended, the last two times; 0 for never. The last one may reach into what
  /// follows.
  struct Place {
    std::uint32_t end = 0;
    std::uint32_t end_before = 0;
  };

  /// True when a name that begins before `end` reaches as far; `name` is the first of `names` that
  /// may.
  static bool ends_in_name(const std::vector<Span>& names, std::size_t name, std::size_t end) {
    for (; name < names.size() && names[name].begin < end; ++name) {
      if (names[name].end >= end) return true;
    }
    return false;
  }
  /// True when the piece of `step` was noted and ends before `begin`, near enough.
  static bool follows(std::uint32_t step, std::size_t begin, const std::vector<Place>& found) {
    if (found.empty()) return false;
    const Place& place = found[step];
    const std::size_t end = place.end <= begin ? place.end : place.end_before;
    return end != 0 && end <= begin && begin - end <= kMaxGap;
  }
  void note(std::uint32_t step, std::size_t end, std::vector<Place>& found) const {
    if (found.empty()) found.resize(steps_);
    Place& place = found[step];
    place = {static_cast<std::uint32_t>(end), place.end};
  }

  WordFinder finder_;      ///< the pieces; numbers are indexes of uses_
  std::vector<Use> uses_;  ///< of the pieces, in the order in which they were added
  std::uint32_t steps_ = 0;
};

}  // namespace hagaki::reason
