#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mime/headers.h"

namespace hagaki::dsn {

/// A message/delivery-status body (RFC 3464 §2) as its groups of fields; views into the body.
struct DeliveryStatus {
  mime::Headers message;                  ///< per-message fields
  std::vector<mime::Headers> recipients;  ///< per-recipient fields, a group each
  bool cut = false;                       ///< more of these stand in the body
};

/// Reads it. Tolerated, because widespread: blank lines missing between groups or standing inside
/// them, a group without a recipient. At most kMaxRecipients groups are read.
DeliveryStatus parse_delivery_status(std::string_view body);

inline constexpr std::size_t kMaxRecipients = 10000;

/// The value behind the type of "rfc822; user@example.jp" or "dns;mx.example.jp" (RFC 3464 §2.1.2),
/// trimmed; the whole where there is no type.
std::string_view without_type(std::string_view value);

/// The type before the first ";" of such a value in lower case; empty where none stands there.
std::string type_before(std::string_view value);

/// The address of a recipient field: type, angle brackets and RFC 6533's \x{…} taken off. Empty
/// where it holds no "@".
std::string recipient_address(std::string_view value);

}  // namespace hagaki::dsn
