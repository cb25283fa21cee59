#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hagaki::preflight {

/// A URL of http or https, as far as it says where a link leads (RFC 3986 §3.2).
struct Url {
  std::string host;       ///< A-labels, lower case; an IPv6 address without brackets
  bool is_ip = false;     ///< the host is an IP address, in whatever notation browsers take
  bool userinfo = false;  ///< "name@" stands before the host
};

/// Nothing for another scheme, and where there is no host that could be one.
std::optional<Url> parse_url(std::string_view url);

/// The URLs of http and https in a text.
std::vector<std::string_view> urls_in(std::string_view text);

/// The hosts that a reader sees in a link's words: of URLs, of names that begin with "www." or have
/// a path ("example.jp/spring"), and of a name that is all there is. Names within other words
/// ("ASP.NET", "report.zip") and addresses of mailboxes are none.
std::vector<std::string> hosts_in(std::string_view words);

}  // namespace hagaki::preflight
