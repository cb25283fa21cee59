#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "harvest/encoding.h"

namespace hagaki::harvest {

/// One line of a text file.
struct TextLine {
  enum class State { Good, Undecodable, TooLong };
  std::string text;          ///< UTF-8 without line end; empty unless Good
  std::uint64_t number = 0;  ///< from 1
  State state = State::Good;
};

/// Bytes in any encoding to lines of UTF-8. The encoding is given or detected; while only ASCII was
/// seen it stays open. A line that is not text of the encoding, or longer than limits::kRecordLine,
/// is handed out without its text, and reading goes on. Ends of line: LF, CRLF, or CR where the
/// first bytes hold no LF.
class LineReader {
 public:
  /// `encoding` is any name that mime::to_utf8 knows; empty = detect.
  explicit LineReader(std::string_view encoding = {});

  /// Adds bytes as they come; detection sees as much as one call brings, so bring much.
  void feed(std::string_view bytes);
  /// No more bytes will come.
  void finish() { finished_ = true; }

  /// The next line; false when more bytes are needed or, after finish(), at the end.
  bool next(TextLine& line);
  /// As next(), but with the bytes as they stand (of UTF-16, UTF-8), so never Undecodable: for
  /// formats whose lines may end inside a character.
  bool next_raw(TextLine& line);

  /// The encoding as far as known; empty while only ASCII was seen.
  [[nodiscard]] const std::string& encoding() const { return encoding_; }

 private:
  void start(std::string_view bytes);
  bool take(TextLine& line, bool raw);
  void decode(std::string_view bytes, TextLine& line);

  std::string encoding_;
  bool started_ = false;
  bool finished_ = false;
  bool skipping_ = false;  ///< inside a line that is too long
  bool end_of_line_known_ = false;
  char end_of_line_ = '\n';
  std::optional<Utf16Reader> utf16_;
  std::string buffer_;
  std::size_t begin_ = 0;
  std::size_t scanned_ = 0;   ///< of buffer_: no line ends before this
  std::size_t searched_ = 0;  ///< of buffer_: no encoding shows before this
  std::uint64_t number_ = 0;
};

}  // namespace hagaki::harvest
