#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hagaki::mime {

/// Content-Transfer-Encodings that we write (RFC 2045 §6).
enum class TransferEncoding { SevenBit, QuotedPrintable, Base64 };

/// "7bit", "quoted-printable", "base64".
std::string_view transfer_encoding_name(TransferEncoding encoding);

/// What a text is, which decides what may stay in it.
enum class TextForm {
  Plain,
  Flowed,     ///< blanks at the ends of lines are meant (RFC 3676)
  Iso2022Jp,  ///< escape sequences are meant, and no octet is above 127
};

/// What `text` (lines ended by LF, CRLF or CR) is best sent in. 7bit only where every line is
/// ASCII, at most 78 octets long (RFC 5322 §2.1.1; 998 in ISO-2022-JP), does not start with "From "
/// (which mailbox files mangle), has no trailing blank (which relays strip) and no control
/// character; otherwise the shorter of the other two, for ISO-2022-JP base64.
TransferEncoding best_encoding(std::string_view text, TextForm form = TextForm::Plain);

/// Appends `text` with every line end made CRLF and one at its end (none added to empty text).
void append_crlf_lines(std::string& out, std::string_view text);

/// Appends `text` as quoted-printable (RFC 2045 §6.7): lines of at most 76 octets, line ends as in
/// append_crlf_lines(). "From " at the start of a line and a lone "." are escaped too.
void append_quoted_printable(std::string& out, std::string_view text);

/// Appends `data` in base64, lines of 76 octets and CRLF. `line_length` 0 writes one line without
/// a line end.
void append_base64(std::string& out, std::string_view data, std::size_t line_length = 76);

/// Appends `text` in `encoding`; base64 text gets CRLF line ends before it is encoded (RFC 2046
/// §4.1.1).
void append_encoded_text(std::string& out, std::string_view text, TransferEncoding encoding);

}  // namespace hagaki::mime
