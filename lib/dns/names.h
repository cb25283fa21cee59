#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace hagaki::dns {

/// `name` as DNS compares it: ASCII lower case without trailing dot.
std::string normal_name(std::string_view name);

/// Whether a question can hold `name` (RFC 1035 §2.3.4): labels of 1 to 63 octets, whatever they
/// are, 253 in all, one trailing dot allowed.
bool fits_wire(std::string_view name);

/// Whether `name` is one that hosts, mail and DNS lists use: it fits_wire() and has letters,
/// digits, hyphens and underscores only. Error::Syntax says what is wrong.
Result<void> check_name(std::string_view name);

/// Whether `name` means this machine (RFC 6761 §6.3): "localhost", anything below it, and the
/// "localhost.localdomain" of careless zone files.
bool is_localhost(std::string_view name);

}  // namespace hagaki::dns
