#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hagaki::mime {

/// True when `line` separates mails in an mbox: "From ", a sender, a time of day and a year (the
/// forms of RFC 4155, mboxo, mboxrd, mboxcl and Mozilla's "From - ").
bool is_mbox_separator(std::string_view line);

/// Splits a stream of mails. A stream that does not begin with a From_ line (blank lines and a byte
/// order mark may stand before it) is one mail. A mail
/// ends before the next From_ line behind a blank line; where its Content-Length leads exactly to a
/// From_ line or the end (mboxcl2), text that looks like one inside the mail is left alone. Quoting
/// (">From ") is left as it is.
class MboxReader {
 public:
  /// `in` must outlive the reader.
  explicit MboxReader(std::istream& in);

  /// The next mail without its From_ line, valid until the next call; nothing at the end.
  /// Error::Limit for a mail over limits::kMailBytes, Error::Io when the stream failed; in both
  /// cases the next call goes on behind it.
  Result<std::optional<std::string_view>> next();

 private:
  bool fill();
  void begin();
  std::size_t find_end(std::size_t from, std::size_t& checked);
  std::size_t end_by_length();

  std::istream& in_;
  std::string buffer_;
  std::size_t begin_ = 0;  ///< of what was not given out yet
  bool eof_ = false;
  bool started_ = false;
  bool mbox_ = false;
  char line_end_ = '\n';  ///< '\r' where the first From_ line ends in that alone
};

}  // namespace hagaki::mime
