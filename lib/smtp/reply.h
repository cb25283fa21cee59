#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hagaki::smtp {

/// An enhanced status code (RFC 3463 §2): class 2, 4 or 5, subject and detail of one to three
/// digits without leading zeros.
struct EnhancedStatus {
  int klass = 0;
  int subject = 0;
  int detail = 0;

  /// "5.1.1"
  [[nodiscard]] std::string text() const;
  friend bool operator==(const EnhancedStatus&, const EnhancedStatus&) = default;
};

struct StatusText {
  EnhancedStatus status;
  std::string_view text;  ///< what follows the code and blanks
};

/// Splits "5.1.1 No such user" into code and text (RFC 3463 §2). Skips leading blanks. Nothing
/// where the text does not begin with a code that a blank or the end follows. `text` views into
/// `line`.
std::optional<StatusText> parse_status_text(std::string_view line);

/// One reply of a server (RFC 5321 §4.2), all its lines.
struct Reply {
  int code = 0;  ///< 200 to 599, as received
  /// Of its first line that has one; its class is made that of `code`.
  std::optional<EnhancedStatus> status;
  std::string text;  ///< the lines without codes and enhanced codes, joined by "\n"

  [[nodiscard]] bool positive() const { return code >= 200 && code < 300; }
  [[nodiscard]] bool intermediate() const { return code >= 300 && code < 400; }
  [[nodiscard]] bool temporary() const { return code >= 400 && code < 500; }
  [[nodiscard]] bool permanent() const { return code >= 500 && code < 600; }
};

/// Puts replies together from bytes as they arrive. Lines may end in CRLF or bare LF. A line longer
/// than limits::kReplyLine keeps its beginning; a reply of more than limits::kReplyBytes, a line
/// that does not begin with three digits, and a code that changes within a reply are
/// Error::Protocol, after which the parser stays failed.
class ReplyParser {
 public:
  /// Adds bytes. Memory stays bounded when next() is called until it yields nothing.
  void feed(std::string_view bytes);
  /// The next whole reply; nothing while it is incomplete.
  Result<std::optional<Reply>> next();

 private:
  Result<bool> take_line(std::string_view line);
  std::string in_;
  std::size_t pos_ = 0;
  std::size_t reply_bytes_ = 0;
  bool skipping_ = false;       // the rest of a line whose beginning was kept
  bool skipping_last_ = false;  // and whether that line ends its reply
  Reply reply_;
  bool first_ = true;
  std::optional<Error> failed_;
};

}  // namespace hagaki::smtp
