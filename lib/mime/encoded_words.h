#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hagaki::mime {

/// What we write text in that is not ASCII.
enum class Charset { Utf8, Iso2022Jp };

/// A text as encoded words (RFC 2047), one after the other: each of at most 75 octets, cut between
/// characters that a reader sees as one. In ISO-2022-JP where that was asked for and holds the text
/// (see fit_iso2022jp()), else in UTF-8.
class EncodedWords {
 public:
  /// `text` is UTF-8 and must outlive it.
  EncodedWords(std::string_view text, Charset charset);

  [[nodiscard]] bool more() const { return !rest_.empty(); }
  /// The next word, of at most `room` columns: empty where nothing fits into them, but never where
  /// no fold would gain any room (`fresh`). The view lives until the next call.
  std::string_view next(std::size_t room, bool fresh);

 private:
  /// What goes into one word.
  struct Chunk {
    std::size_t size;  ///< octets of the text; 0 when nothing fits
    bool q;
  };
  [[nodiscard]] Chunk next_chunk(std::size_t room, bool fresh) const;
  [[nodiscard]] Chunk torn_cluster(std::size_t room) const;
  [[nodiscard]] std::size_t octets(std::string_view text) const;

  std::string fitted_;  // what rest_ views into, in ISO-2022-JP
  std::string_view rest_;
  bool jis_ = false;
  bool q_ = false;
  std::string word_;
};

}  // namespace hagaki::mime
