#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "letter/fields.h"
#include "letter/merge_text.h"

namespace hagaki::letter {

/// A text with fields, made so that its lines without fields, which are most, are looked at once
/// and not for each recipient: they stand ready as they are sent.
class ReadyText {
 public:
  /// Nothing where the text has sections, and where a line without fields cannot be sent as 7bit.
  static std::optional<ReadyText> from(const MergeText& text);

  /// Appends what mime::append_encoded_text() makes of the text of one recipient as 7bit. False,
  /// and nothing appended, where mime::best_encoding() would choose another encoding for it. Fails
  /// as MergeText::render() does.
  Result<bool> append(const MergeText& text, const Fields& fields, Missing missing,
                      std::string& out) const;

 private:
  /// What stands before a field.
  struct Piece {
    std::string first;  // to the end of the line that the field before it stands in
    std::string ready;  // whole lines, with CRLF
    std::string last;   // the beginning of the line with the field
  };
  std::vector<Piece> pieces_;
};

}  // namespace hagaki::letter
