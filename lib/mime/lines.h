#pragma once

#include <cstddef>
#include <string_view>

namespace hagaki::mime {

/// How lines end: LF with or without CR before it, or CR alone (old Macintosh mail).
enum class LineEnds { Lf, Cr };

/// Which of both `text` uses: CR where it stands in the first lines and no LF does.
inline LineEnds line_ends_of(std::string_view text) {
  const auto head = text.substr(0, 4096);
  return head.find('\n') == std::string_view::npos && head.find('\r') != std::string_view::npos
             ? LineEnds::Cr
             : LineEnds::Lf;
}

/// Walks over the lines of a text in place.
class Lines {
 public:
  explicit Lines(std::string_view text, LineEnds ends = LineEnds::Lf)
      : text_(text), end_(ends == LineEnds::Lf ? '\n' : '\r') {}

  /// The next line without its end; false when there is none left.
  bool next(std::string_view& line) {
    if (pos_ >= text_.size()) return false;
    begin_ = pos_;
    const auto at = text_.find(end_, pos_);
    const auto stop = at == std::string_view::npos ? text_.size() : at;
    line = text_.substr(pos_, stop - pos_);
    if (end_ == '\n' && !line.empty() && line.back() == '\r') line.remove_suffix(1);
    pos_ = at == std::string_view::npos ? text_.size() : at + 1;
    return true;
  }
  /// Offset of the line that next() gave last.
  [[nodiscard]] std::size_t begin() const { return begin_; }
  /// Offset behind it and its line end.
  [[nodiscard]] std::size_t position() const { return pos_; }
  /// What is left.
  [[nodiscard]] std::string_view rest() const { return text_.substr(pos_); }

 private:
  std::string_view text_;
  std::size_t begin_ = 0;
  std::size_t pos_ = 0;
  char end_;
};

}  // namespace hagaki::mime
