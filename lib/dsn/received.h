#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "dns/ip.h"
#include "mime/headers.h"

namespace hagaki::dsn {

/// The address that a Received field's server had the message from: its from-clause's TCP-info
/// (RFC 5321 §4.4) as Postfix, Exim, sendmail, Exchange, qmail and Gmail write it. What the client
/// said of itself in HELO counts only where the server says nothing. `field` is the value, folded
/// or not; nothing where it names no address.
std::optional<dns::IpAddress> sending_address(std::string_view field);

/// The same of all Received fields from the top, which is the last hop, each once.
std::vector<dns::IpAddress> sending_addresses(const mime::Headers& headers);

}  // namespace hagaki::dsn
