#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "dns/ip.h"

namespace hagaki::dns {

/// `ip` reversed as DNS lists want it (RFC 5782 §2.1, §2.4): "2.0.0.127", or 32 nibbles.
std::string reversed(const IpAddress& ip);

/// The name to ask about `ip` in `zone`: "2.0.0.127.zen.example". Error::Syntax when the zone is no
/// name or the whole becomes too long.
Result<std::string> query_form(const IpAddress& ip, std::string_view zone);

/// The name to ask about `domain` (A-label form) in `zone` (RFC 5782 §2.5):
/// "bad.example.dbl.example".
Result<std::string> query_form(std::string_view domain, std::string_view zone);

/// The name of the PTR record of `ip` (RFC 1035 §3.5, RFC 3596 §2.5).
std::string ptr_name(const IpAddress& ip);

}  // namespace hagaki::dns
