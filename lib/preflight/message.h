#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "preflight/finding.h"

namespace hagaki::preflight {

/// What the fields of a sample recipient show before their names: a text that holds it says nothing
/// about real messages.
inline constexpr std::string_view kPlaceholder = "FIELD-";

/// What a message is judged by besides its bytes.
struct Context {
  bool transactional = false;  ///< no campaign: no way to unsubscribe is asked for
  bool smtputf8 = false;       ///< it is sent with SMTPUTF8 (RFC 6531): headers may be UTF-8
  bool japanese = false;       ///< its readers are Japanese, whatever it says itself
  bool sample = false;         ///< rendered for nobody: see kPlaceholder
  /// The same message to somebody else, where there is one: what must differ is compared.
  std::optional<std::string_view> other = {};
  std::size_t attachment_limit = 3'000'000;  ///< octets of all attachments, decoded
  std::size_t message_limit = 10'000'000;    ///< octets of the whole message as it is sent
};

/// Everything that is wrong or doubtful in a finished message, whoever made it: header and body
/// with lines that end in CRLF, or in LF as mail is stored. An id may come several times with
/// different details.
std::vector<Finding> check_message(std::string_view bytes, const Context& context);

}  // namespace hagaki::preflight
