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

/// The words of a pattern's first piece, as they are written; empty where it is none.
std::string_view first_words(std::string_view pattern);

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
  /// Makes the tables; call once, after the last add().
  void build();

  /// Calls `hit` with the id of each pattern found, as soon as its last piece was seen; ids may
  /// repeat.
  template <class Hit>
  void find(const SeenText& text, Hit hit) const {
    Found found;
    const std::string_view bytes = text.bytes;
    std::size_t name = 0;  // the first that ends behind the place
    finder_.find(bytes, [&](std::uint32_t number, std::size_t end) {
      const Kind& kind = kinds_[number];
      const std::size_t begin = end - kind.length;
      if (kind.begins_word && !at_word_begin(bytes, begin)) return;
      if (kind.ends_word && !at_word_end(bytes, end)) return;
      while (name < text.names.size() && text.names[name].end <= begin) ++name;
      if (!kind.in_names && ends_in_name(text.names, name, end)) return;
      for (std::uint32_t u = kind.first; u < kind.first + kind.uses; ++u) {
        const Use& use = uses_[u];
        if (use.before != kNone && !follows(use.before, begin, found)) continue;
        if (use.last) {
          hit(use.id);
        } else {
          note(use.chain, end, found);
        }
      }
      if (kind.begins_chains) note(number, end, found);
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
  static constexpr std::uint32_t kNone = ~0U;
  static constexpr std::uint32_t kChain = 1U
                                          << 31;  ///< tells numbers of chains from those of kinds

  /// A piece that patterns share.
  struct Kind {
    std::uint32_t first = 0;  ///< in uses_: of the patterns that end with it or go on behind it
    std::uint32_t uses = 0;
    std::uint16_t length = 0;
    bool begins_word = false;
    bool ends_word = false;
    bool in_names = false;
    bool begins_chains = false;  ///< it is the first piece of some pattern of several
  };
  /// What a piece is to one pattern.
  struct Use {
    std::uint32_t id;      ///< of the pattern
    std::uint32_t before;  ///< what must have been noted before it: a Kind for the second piece of
                           ///< a pattern, a chain for later ones; kNone for the first
    std::uint32_t chain;   ///< what is noted once it was found and more must follow
    bool last;             ///< no piece follows
  };
  /// Where something noted ended, the last two times: the last one may reach into what follows.
  struct Place {
    std::uint32_t what;
    std::uint32_t end;
    std::uint32_t end_before;
  };
  using Found = std::vector<Place>;  ///< few: a text holds few of the pieces

  /// True when a name that begins before `end` reaches as far; `name` is the first of `names` that
  /// may.
  static bool ends_in_name(const std::vector<Span>& names, std::size_t name, std::size_t end) {
    for (; name < names.size() && names[name].begin < end; ++name) {
      if (names[name].end >= end) return true;
    }
    return false;
  }
  /// True when `what` was noted and ends before `begin`, near enough.
  static bool follows(std::uint32_t what, std::size_t begin, const Found& found);
  static void note(std::uint32_t what, std::size_t end, Found& found);

  /// A pattern as it was added, until build().
  struct Added {
    std::vector<Piece> pieces;
    std::uint32_t id;
  };
  std::vector<Added> added_;
  std::vector<Kind> kinds_;
  std::vector<Use> uses_;  ///< those of one kind are neighbours
  WordFinder finder_;      ///< the pieces; numbers are indexes of kinds_
};

}  // namespace hagaki::reason
