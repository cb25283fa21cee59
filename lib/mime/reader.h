#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mime/content_type.h"
#include "mime/headers.h"
#include "mime/lines.h"

namespace hagaki::mime {

/// One part of a mail: views into it. The whole mail is the first part.
struct Part {
  Headers headers;
  ContentType type;
  std::string_view body;  ///< as transferred
  LineEnds line_ends = LineEnds::Lf;
  std::size_t depth = 0;              ///< 0 for the whole mail
  std::vector<std::size_t> children;  ///< indexes in Message::parts(); one for message/rfc822

  /// The body with its transfer encoding undone (RFC 2045 §6): a view into the mail where there is
  /// none, else into `buffer`.
  [[nodiscard]] std::string_view bytes(std::string& buffer) const;
  /// The body as UTF-8 text: a view into the mail where it is that already, else into `buffer`.
  /// What cannot be read in its charset becomes U+FFFD.
  [[nodiscard]] std::string_view text(std::string& buffer) const;
};

/// A mail read in place. `bytes` given to parse() must outlive it.
///
/// Lines may end in CRLF, LF or CR alone. A multipart whose end is missing reaches to the end of
/// what holds it; one without a usable boundary parameter is split at the delimiter its body
/// begins with. Beyond limits::kMimeDepth and kMimeParts parts stay undivided, and a header section
/// is read for kHeaderBytes: `limited()` is then true.
class Message {
 public:
  static Message parse(std::string_view bytes);

  [[nodiscard]] const Part& root() const { return parts_.front(); }
  /// All parts in the order of the mail, parents before children.
  [[nodiscard]] const std::vector<Part>& parts() const { return parts_; }
  [[nodiscard]] const Headers& headers() const { return root().headers; }
  [[nodiscard]] bool limited() const { return limited_; }

 private:
  std::size_t add(std::string_view bytes, LineEnds ends, std::size_t depth,
                  std::string_view default_type);
  void divide(std::size_t index);
  void divide_multipart(std::size_t index);

  std::vector<Part> parts_;
  /// Attached mails that had a transfer encoding, decoded: their parts view into these.
  std::vector<std::unique_ptr<std::string>> decoded_;
  bool limited_ = false;
};

}  // namespace hagaki::mime
