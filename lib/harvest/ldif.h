#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "harvest/contact_reader.h"

namespace hagaki::harvest {

/// Contacts of LDIF (RFC 2849), with the attributes of RFC 4519 and of Mozilla's address book:
/// folded lines, base64 values, comments. A change record is read for the attributes it names. What
/// an entry says of where a value is kept ("mail:< file:…") is not followed.
class LdifReader : public ContactReader {
 public:
  /// `lines` must outlive this. `encoding` is that of what is no UTF-8; empty = detect.
  LdifReader(LineReader& lines, std::string_view encoding) : lines_(lines), encoding_(encoding) {}

  bool next(Contact& contact) override;

 private:
  void attribute(std::string_view line);
  bool close(Contact& contact);

  LineReader& lines_;
  std::string encoding_;
  std::string open_;  ///< the line at hand, unfolded so far
  bool has_open_ = false;
  bool too_long_ = false;
  std::size_t kept_ = 0;  ///< octets of the entry's values
  Contact entry_;
  bool in_entry_ = false;
};

}  // namespace hagaki::harvest
