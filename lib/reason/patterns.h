#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace hagaki::reason {

/// Finds many patterns in one pass over a text (Aho and Corasick, 1975). A pattern is one or more
/// pieces that must occur in order without overlap.
class Patterns {
 public:
  /// Adds a pattern "piece*piece" that stands for `id`. False when it has no piece or an empty one.
  bool add(std::string_view pattern, std::uint32_t id);
  /// Makes the automaton; call once, after the last add().
  void build();

  /// Calls `hit` with the id of each pattern found, as soon as its last piece was seen; ids may
  /// repeat.
  template <class Hit>
  void find(std::string_view text, Hit hit) const {
    std::vector<Progress> progress(chains_.size());
    std::uint32_t state = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      state = next_[state * classes_ + class_of_[static_cast<unsigned char>(text[i])]];
      for (std::uint32_t at = first_output_[state]; at != 0; at = first_output_[fail_[at]]) {
        for (const Use& use : uses_[at]) {
          if (advance(use, i + 1, progress)) hit(chains_[use.chain].id);
        }
      }
    }
  }

 private:
  struct Use {
    std::uint32_t chain;   ///< which pattern
    std::uint32_t place;   ///< which of its pieces
    std::uint32_t length;  ///< of the piece
  };
  struct Chain {
    std::uint32_t id;
    std::uint32_t pieces;
  };
  struct Progress {
    std::uint32_t seen = 0;  ///< pieces found so far
    std::size_t end = 0;     ///< where the last of them ended
  };

  bool advance(const Use& use, std::size_t end, std::vector<Progress>& progress) const {
    Progress& p = progress[use.chain];
    if (p.seen != use.place || end - use.length < p.end) return false;
    ++p.seen;
    p.end = end;
    return p.seen == chains_[use.chain].pieces;
  }

  std::vector<std::vector<std::pair<unsigned char, std::uint32_t>>> edges_ = {{}};
  std::vector<std::vector<Use>> uses_ = {{}};  ///< by state: the pieces that end there
  std::vector<Chain> chains_;
  std::vector<std::uint32_t> next_;          ///< state * classes_ + class
  std::vector<std::uint32_t> fail_;          ///< longest proper suffix that is a state
  std::vector<std::uint32_t> first_output_;  ///< the state itself or its nearest suffix with uses
  std::vector<std::uint8_t> class_of_ = std::vector<std::uint8_t>(256, 0);
  std::size_t classes_ = 1;  ///< class 0 are the bytes in no pattern
};

}  // namespace hagaki::reason
