#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "harvest/lines.h"

namespace hagaki::harvest {

/// The delimiter of the line: comma, semicolon or tab, whichever occurs most outside quotes; comma
/// where there is none of them.
char detect_delimiter(std::string_view line);

/// One record of a CSV file.
struct CsvRecord {
  std::vector<std::string> fields;
  std::uint64_t line = 0;  ///< where it begins
  std::string wrong;       ///< why it cannot be used; empty when it can
};

/// Records of comma-separated values (RFC 4180) from lines: quoted fields, doubled quotes, line
/// ends inside quotes. Lenient where writers are: text behind a closing quote is kept, a quote
/// inside an unquoted field is itself. A quote that is not closed within kMaxLines lines or
/// limits::kRecordLine bytes makes its own line bad; the lines after it are read afresh. Blank
/// lines are passed over.
class CsvReader {
 public:
  static constexpr std::size_t kMaxLines = 200;

  CsvReader(LineReader& lines, char delimiter) : lines_(lines), delimiter_(delimiter) {}

  /// Puts lines that were read already in front (a first line that was looked at).
  void unread(TextLine line) { ahead_.push_front(std::move(line)); }
  /// No more bytes will come: what is open is bad.
  void finish() { finished_ = true; }
  /// The next record; false when the lines have run out.
  bool next(CsvRecord& record);

 private:
  enum class Parsed { Whole, Open };
  bool next_line(TextLine& line);
  Parsed parse(std::string_view text, std::vector<std::string>& fields) const;

  LineReader& lines_;
  char delimiter_;
  bool finished_ = false;
  std::deque<TextLine> ahead_;
  std::deque<TextLine> open_;  ///< lines of a record whose quote is still open
  std::string open_text_;
};

}  // namespace hagaki::harvest
