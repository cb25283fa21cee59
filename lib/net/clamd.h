#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "dns/ip.h"

namespace hagaki::net {

/// Where a virus scanner listens.
struct ClamdAddress {
  std::string path;   ///< of a unix socket; empty for TCP
  dns::IpAddress ip;  ///< of TCP
  std::uint16_t port = 0;
};

/// Reads "/run/clamav/clamd.ctl" or "127.0.0.1:3310": a path holds a slash; a host is an IP address
/// or "localhost". Error::Config says what is wrong.
Result<ClamdAddress> parse_clamd(const std::string& text);

/// What the scanner says of a message.
struct Scan {
  enum class Verdict {
    Clean,
    Infected,
    Unknown,  ///< it could not be asked, or could not say; never to be taken for Clean
  };
  Verdict verdict = Verdict::Unknown;
  std::string detail;  ///< name of what was found, or why Unknown; one line
};

/// Gives `data` to clamd (INSTREAM) and waits for its verdict, `timeout` at most in all. A stream
/// longer than clamd takes (StreamMaxLength) is Unknown.
Scan scan_with_clamd(const ClamdAddress& address, std::string_view data,
                     std::chrono::milliseconds timeout);

}  // namespace hagaki::net
