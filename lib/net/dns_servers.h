#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace hagaki::net {

/// Reads HOST[:PORT] of a resolver: an IP address (an IPv6 address with a port stands in brackets)
/// or "localhost"; port 53 where none is named. Result is "192.0.2.53:53" or "[2001:db8::53]:53".
/// Error::Config says what is wrong.
Result<std::string> parse_server(const std::string& text);

/// The resolvers that the system's configuration names, in that form. Error::Config when there are
/// none.
Result<std::vector<std::string>> system_servers();

}  // namespace hagaki::net
