#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace hagaki::smtp {

/// What a server's EHLO reply offers, as far as a sender cares. After HELO: nothing.
struct Capabilities {
  bool pipelining = false;             ///< RFC 2920
  bool eightbitmime = false;           ///< RFC 6152
  bool smtputf8 = false;               ///< RFC 6531
  bool enhanced_status_codes = false;  ///< RFC 2034
  bool dsn = false;                    ///< RFC 3461
  bool chunking = false;               ///< RFC 3030
  bool requiretls = false;             ///< RFC 8689
  bool size = false;                   ///< RFC 1870: MAIL takes SIZE=
  std::uint64_t max_size = 0;          ///< octets; 0 = no limit named

  friend bool operator==(const Capabilities&, const Capabilities&) = default;
};

/// Reads the text of an EHLO reply: lines joined by "\n" without reply codes (Reply::text), the
/// first of them the greeting. Keywords in any case.
Capabilities parse_capabilities(std::string_view text);

}  // namespace hagaki::smtp
