#pragma once

#include <cstddef>
#include <functional>
#include <istream>
#include <optional>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"

namespace hagaki::mime {

/// True when `line` separates mails in an mbox: "From ", a sender, a time of day and a year (the
/// forms of RFC 4155, mboxo, mboxrd, mboxcl and Mozilla's "From - ").
bool is_mbox_separator(std::string_view line);

/// Takes one ">" from each line of `bytes` that begins with ">From " or more of them, as the
/// writers of mboxo and mboxrd put it there. Works in place; gives the new length.
std::size_t unquote_from_lines(char* bytes, std::size_t length);

/// A mail in an mbox.
struct MboxMail {
  std::string_view bytes;  ///< without its From_ line
  bool cut = false;        ///< more of it was there than the reader keeps
  /// There are lines in it that begin with ">From ", of which a ">" is the writer's
  /// (unquote_from_lines). False for what is no mbox, and where the mail's Content-Length is right
  /// (mboxcl2 does not quote).
  bool quoted = false;
};

/// Splits mails. What does not begin with a From_ line (blank lines and a byte order mark may stand
/// before it) is one mail. A mail ends before the next From_ line behind a blank line, unless its
/// Content-Length leads exactly to a later one or to the end (mboxcl, mboxcl2), or the From_ line
/// stands inside a multipart that goes on behind it, which is looked for within a megabyte and
/// eight From_ lines. Lines may end in LF, CRLF or CR alone.
///
/// Memory, whatever the size of the mbox: the mail at hand, of a stream also up to a megabyte that
/// was given out and one that was looked ahead at. A Content-Length that lies makes it as much as
/// is kept of a mail at most.
class MboxReader {
 public:
  /// Reads a stream that must outlive it, and keeps at most `most` bytes of a mail.
  explicit MboxReader(std::istream& in, std::size_t most = limits::kMailBytes);
  /// Splits `whole`, which must outlive what is given out.
  explicit MboxReader(std::string_view whole, std::size_t most = limits::kMailBytes);

  /// Calls `task` before each read of the stream, which may wait.
  void before_read(std::function<void()> task) { before_read_ = std::move(task); }

  /// The next mail, valid until the next call; nothing at the end. Error::Io when the stream
  /// failed: what came before the failure was given out as a mail.
  Result<std::optional<MboxMail>> next();

 private:
  struct Shape;
  [[nodiscard]] std::string_view rest() const { return data_.substr(begin_); }
  bool fill();
  bool fill_to(std::size_t length);
  void begin();
  void skip_line();
  void drop_rest();
  std::optional<std::size_t> find_candidate(std::size_t& from, bool& quoted) const;
  [[nodiscard]] Shape shape_of() const;
  std::optional<std::size_t> end_by_length(const Shape& shape);
  bool inside_multipart(Shape& shape, std::size_t candidate);
  std::size_t end_ahead(std::size_t candidate);
  std::size_t find_end(MboxMail& mail);

  std::istream* in_ = nullptr;
  std::size_t most_;
  std::function<void()> before_read_;
  std::string buffer_;     ///< of a stream
  std::string_view data_;  ///< what is there: buffer_, or the whole
  std::size_t begin_ = 0;  ///< of what was not given out yet
  bool eof_ = false;
  bool failure_told_ = false;
  bool started_ = false;
  bool mbox_ = false;
  bool dropping_ = false;  ///< the rest of a mail that was cut comes first
  char line_end_ = '\n';   ///< '\r' where the first From_ line ends in that alone
};

}  // namespace hagaki::mime
