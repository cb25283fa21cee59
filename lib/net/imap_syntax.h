#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/byte_stream.h"

namespace hagaki::net {

/// A folder's name (UTF-8) in IMAP's own form (RFC 3501 §5.1.3, "modified UTF-7").
std::string imap_folder_name(std::string_view utf8);

/// `text` as a quoted string (RFC 3501 §4.3). It must be ASCII without CR and LF.
std::string imap_quoted(std::string_view text);

/// One response of the server. Each literal (RFC 3501 §4.3) is taken out of `line`, where "{}"
/// stands in its place.
struct ImapResponse {
  std::string line;
  std::vector<std::string> literals;

  /// "A7" of "A7 OK done"; "*" of an untagged response; "+" of a continuation.
  [[nodiscard]] std::string_view tag() const;
  /// What follows the tag: "OK done".
  [[nodiscard]] std::string_view rest() const;
};

/// Reads one response. Error::Protocol when a line or a literal is longer than allowed.
Result<ImapResponse> read_imap_response(LineReader& reader, std::size_t most_literal);

/// A mail of a FETCH response (RFC 3501 §7.4.2).
struct ImapFetched {
  std::uint32_t uid = 0;
  std::optional<std::uint64_t> size;  ///< RFC822.SIZE
  std::optional<std::string> body;    ///< BODY[]
};

/// Takes apart "* n FETCH (…)"; nothing for another response.
std::optional<ImapFetched> parse_imap_fetch(ImapResponse&& response);

}  // namespace hagaki::net
