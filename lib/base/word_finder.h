#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hagaki {

/// Finds many words in one pass over a text (Aho and Corasick, 1975). Bytes are compared as they
/// are. Small and quickly made, since tools that run for one mail make it each time: a state takes
/// as many bytes as it has ways on, and only the first levels have a full table.
class WordFinder {
 public:
  /// Adds a word that stands for `number`; the same word may stand for several. An empty one is
  /// found nowhere. Not after build().
  void add(std::string_view word, std::uint32_t number) { added_.emplace_back(word, number); }
  /// Makes the automaton; call once.
  void build();

  /// Calls `hit(number, end)` for each place where a word stands in `text`, by where they end; of
  /// words that end together the longest first, of equal ones the lowest
  /// number first.
  template <class Hit>
  void find(std::string_view text, Hit hit) const {
    if (states_.empty()) return;
    std::uint32_t at = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      at = step(at, static_cast<unsigned char>(text[i]));
      if (!ends_[at]) continue;
      for (std::uint32_t s = states_[at].words > 0 ? at : states_[at].shorter; s != 0;
           s = states_[s].shorter) {
        const State& state = states_[s];
        for (std::uint32_t w = 0; w < state.words; ++w) hit(numbers_[state.number + w], i + 1);
      }
    }
  }

 private:
  struct State {
    std::uint32_t first = 0;    ///< of its children, which are neighbours
    std::uint32_t fail = 0;     ///< longest proper suffix that is a state
    std::uint32_t shorter = 0;  ///< longest proper suffix that is a word; 0 = none
    std::uint32_t number = 0;   ///< in numbers_: of the word that ends here
    std::uint16_t words = 0;    ///< how many numbers it has
    std::uint16_t children = 0;
  };

  [[nodiscard]] std::uint32_t step(std::uint32_t at, unsigned char byte) const {
    for (;;) {
      if (at < full_) return table_[at * classes_ + class_of_[byte]];
      const State& state = states_[at];
      for (std::uint32_t c = state.first; c < state.first + state.children; ++c) {
        if (labels_[c] == byte) return c;
      }
      at = state.fail;
    }
  }

  std::vector<std::pair<std::string, std::uint32_t>> added_;
  std::vector<std::uint32_t> numbers_;
  std::vector<State> states_;          ///< level by level; 0 is the begin
  std::vector<unsigned char> labels_;  ///< by state: the byte that leads to it
  std::vector<unsigned char> ends_;    ///< by state: 1 where a word ends, be it a suffix
  std::uint32_t full_ = 0;             ///< states below this have a row in table_
  std::uint32_t classes_ = 1;          ///< class 0 are the bytes in no word
  std::array<std::uint16_t, 256> class_of_{};
  std::vector<std::uint32_t> table_;
};

}  // namespace hagaki
