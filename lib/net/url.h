#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hagaki::net {

/// "me%40example.jp" decoded (RFC 3986 §2.1). Nothing where an escape is none, or the text holds
/// control characters, which would begin a command of their own.
std::optional<std::string> percent_decode(std::string_view text);

/// Where a server is.
struct HostPort {
  std::string host;  ///< an IPv6 address without brackets
  std::optional<std::uint16_t> port;
};

/// Reads "host", "host:port" or "[2001:db8::1]:port" (RFC 3986 §3.2). Nothing for what is none of
/// them, or has blanks, quotes or control characters in it.
/// Port 0, which lets the system choose where one listens, only with `least_port` 0.
std::optional<HostPort> parse_host_port(std::string_view text, std::uint16_t least_port = 1);

/// A host as it stands in a URL and before a port: an IPv6 address in brackets.
std::string url_host(std::string_view host);

}  // namespace hagaki::net
