#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hagaki::net {

/// An http or https URL (RFC 3986) in the form that equal ones share: scheme and host in lower
/// case, an international host as A-labels, dot segments gone, no default port, no fragment, blanks
/// and what is beyond ASCII percent-encoded.
struct WebUrl {
  std::string text;    ///< the whole
  std::string origin;  ///< "https://www.example.jp", with the port where it is not the usual one
  std::string host;    ///< an IPv6 address in brackets
  std::string target;  ///< path and query as requested: "/contact?lang=ja"
};

/// Reads a URL. Error::Syntax where it is none; Error::Unsupported for another scheme than http and
/// https, or where a user or password stands in it.
Result<WebUrl> parse_web_url(std::string_view text);

/// What `reference` (a relative or absolute URL) means on the page `base` (RFC 3986 §5). Errors as
/// above.
Result<WebUrl> resolve_web_url(const WebUrl& base, std::string_view reference);

}  // namespace hagaki::net
