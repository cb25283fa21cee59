#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hagaki::harvest {

/// The character encoding of `sample`, the start of a file or the part from its first bytes that
/// are not ASCII: "utf-8", "utf-16le", "utf-16be", "cp932", "euc-jp", "iso-2022-jp", "us-ascii";
/// empty when it is none of these. A byte order mark decides; then the encoding in which most lines
/// can be read. Where CP932 and EUC-JP read all of them, the one that gives more ordinary Japanese
/// wins.
std::string detect_encoding(std::string_view sample);

/// `bytes` as UTF-8: in `encoding`, or where that is empty in UTF-8 or what detect_encoding() says
/// of them alone. Nothing where they are no such text.
std::optional<std::string> text_in(std::string_view bytes, std::string_view encoding);

/// UTF-16 (`big_endian` or not) as UTF-8, chunk by chunk. A lone surrogate comes out as bytes that
/// are not UTF-8, so that the line that holds it can be told as bad.
class Utf16Reader {
 public:
  explicit Utf16Reader(bool big_endian) : big_endian_(big_endian) {}
  /// Appends what `bytes` hold to `out`; half a unit waits for the next call.
  void read(std::string_view bytes, std::string& out);

 private:
  void unit(unsigned value, std::string& out);
  bool big_endian_;
  bool half_ = false;
  unsigned char first_ = 0;
  unsigned high_ = 0;  ///< a high surrogate that waits for its low one
};

}  // namespace hagaki::harvest
