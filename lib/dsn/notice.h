#pragma once

#include <string>
#include <string_view>

#include "dsn/dialects.h"
#include "mime/reader.h"

namespace hagaki::dsn {

/// What a person would read in a report, and the headers of the mail that it returns.
struct Notice {
  /// UTF-8, of the report's own parts; nothing of attached or returned mail.
  std::string_view text;
  std::string_view whole;  ///< `text` before what it returns of the mail was cut off
  bool cut = false;        ///< `whole` goes on in the mail
  mime::Headers returned;  ///< of the mail reported on; empty where nothing was returned
  // What these view into, where that is not the mail itself:
  std::string words;
  std::string returned_text;

  /// True where the report's own text goes on in the mail.
  [[nodiscard]] bool text_cut() const { return cut && text.size() == whole.size(); }

  Notice() = default;
  Notice(const Notice&) = delete;
  Notice& operator=(const Notice&) = delete;
};

/// Fills `out` from `message`, which must outlive it. The returned mail is an attached message or
/// its headers, else what stands behind one of the dialects' separators in the text itself.
void read_notice(const mime::Message& message, const Dialects& dialects, Notice& out);

/// HTML as plain text: tags gone, block elements as line ends, common entities decoded, style and
/// script left out.
std::string html_to_text(std::string_view html);

}  // namespace hagaki::dsn
