#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hagaki::harvest {

/// Whom a mailto: URL (RFC 6068) writes to: its path, "to", "cc" and "bcc", percent-encoding
/// undone. None for any other URL; what is no address is passed over.
std::vector<std::string> mailto_addresses(std::string_view url);

}  // namespace hagaki::harvest
