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
  void unread(TextLine line);
  /// No more bytes will come: what is open is bad.
  void finish() { finished_ = true; }
  /// The next record; false when the lines have run out.
  bool next(CsvRecord& record);

 private:
  /// A line that was read, and how quotes go over its end.
  struct Pending {
    TextLine line;
    bool opens = false;   ///< a record that begins here has a quote open behind this line
    bool closes = false;  ///< a quote that is open before this line is closed behind it
  };

  [[nodiscard]] Pending pending(TextLine line) const;
  bool pull();
  void pop();
  bool quoted_after(std::string_view text, bool quoted) const;
  void parse(std::string_view text, std::vector<std::string>& fields) const;

  LineReader& lines_;
  char delimiter_;
  bool finished_ = false;
  std::deque<Pending> ahead_;
  // Each line is looked at once, however many open quotes before it look for their end.
  std::size_t open_lines_ = 0;  ///< of ahead_, from the front, that close nothing
  std::size_t open_bytes_ = 0;  ///< in these, a line end for each
};

}  // namespace hagaki::harvest
