#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace hagaki::dns {

/// `name` as DNS compares it: ASCII lower case without trailing dot.
std::string normal_name(std::string_view name);

/// Whether `name` can be asked about (RFC 1035 §2.3.4): labels of 1 to 63 octets, 253 in all, one
/// trailing dot allowed. Letters, digits, hyphens and underscores only: what mail and DNS lists
/// use. Error::Syntax says what is wrong.
Result<void> check_name(std::string_view name);

/// Whether `name` means this machine (RFC 6761 §6.3): "localhost", anything below it, and the
/// "localhost.localdomain" of careless zone files.
bool is_localhost(std::string_view name);

}  // namespace hagaki::dns
