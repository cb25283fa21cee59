#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "mime/encoded_words.h"

namespace hagaki::mime {

/// A mailbox as a header shows it: display name (UTF-8, may be empty) and addr-spec in wire form.
struct Mailbox {
  std::string name;
  std::string address;
};

/// Appends "Name: value" CRLF for free text (Subject, Comments, X-…; RFC 5322 §2.2.1). Words that
/// are not ASCII become encoded words (RFC 2047; see EncodedWords); lines fold at 78 octets, 76
/// with encoded words. Error::Syntax when `value` holds a line break or another control character
/// than TAB, or is not UTF-8; `out` is then unchanged.
Result<void> append_text_header(std::string& out, std::string_view name, std::string_view value,
                                Charset charset = Charset::Utf8);

/// Appends an address header (From, To, Reply-To; RFC 5322 §3.4). Display names become atoms, a
/// quoted string or encoded words, as they need. Errors as append_text_header().
Result<void> append_address_header(std::string& out, std::string_view name,
                                   const std::vector<Mailbox>& mailboxes,
                                   Charset charset = Charset::Utf8);

/// Appends a structured header in ASCII as it is written (List-Unsubscribe, References), folded at
/// its blanks. Error::Syntax for control characters and octets beyond ASCII, which only encoding
/// inside the value's own grammar could carry; Error::Limit when a piece without a blank is longer
/// than a line may be (998 octets, RFC 5322 §2.1.1).
Result<void> append_structured_header(std::string& out, std::string_view name,
                                      std::string_view value);

/// `text` in double quotes, what means something there escaped (RFC 5322 §3.2.4).
std::string quoted_string(std::string_view text);

/// A local part as RFC 5322 §3.4.1 writes it: unchanged when it is a dot-atom or quoted already,
/// else quoted.
std::string header_local_part(std::string_view local);

}  // namespace hagaki::mime
