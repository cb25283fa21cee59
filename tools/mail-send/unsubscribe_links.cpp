#include "unsubscribe_links.h"

#include <algorithm>

#include "base/text.h"

using namespace hagaki;

namespace {

constexpr std::string_view kPlace = "{token}";
constexpr std::size_t kLongest = 500;  // octets; with the token it must fit into a line

/// What may stand in a URI (RFC 3986 §2), but for "#", behind which no server reads, and the
/// comma, which parts the links of a List-Unsubscribe.
bool is_uri_character(char c) {
  return is_alnum(c) || std::string_view("-._~:/?[]@!$&'()*+;=%").find(c) != std::string_view::npos;
}

/// Whether a host, and no user or blank, stands behind "https://".
bool has_host(std::string_view url) {
  const auto rest = url.substr(std::string_view("https://").size());
  const auto host = rest.substr(0, rest.find_first_of("/?"));
  return !host.empty() && host.front() != ':' && host.find('@') == std::string_view::npos &&
         host.find('{') == std::string_view::npos;
}

}  // namespace

Result<WebLink> WebLink::parse(std::string_view url) {
  const auto wrong = [](std::string what) { return fail(ErrorCode::Config, std::move(what)); };
  if (!ascii_istarts_with(url, "https://")) {
    return wrong("one-click unsubscription needs an https URL (RFC 8058)");
  }
  if (!has_host(url)) return wrong("the URL needs a host, and no user");
  if (url.size() > kLongest) return wrong("a URL of more than 500 octets");
  if (url.find('#') != std::string_view::npos) {
    return wrong("what stands behind # does not reach the server");
  }
  const auto place = url.find(kPlace);
  WebLink link;
  link.before_ = url.substr(0, place);
  if (place != std::string_view::npos) {
    link.after_ = url.substr(place + kPlace.size());
    if (!link.after_.empty() && unsubscribe::is_token_character(link.after_.front())) {
      return wrong("behind {token} must stand a character that no token has, such as / or &");
    }
  } else {
    const bool query = url.find('?') != std::string_view::npos;
    const bool begun = url.ends_with('?') || url.ends_with('&');
    link.before_ += begun ? "token=" : (query ? "&token=" : "?token=");
  }
  for (const auto& part : {link.before_, link.after_}) {
    if (part.find("{token}") != std::string::npos) return wrong("{token} stands twice");
    if (!std::all_of(part.begin(), part.end(), is_uri_character)) {
      return wrong(
          "a URL in a header is ASCII without blanks, commas and brackets: write them %XX");
    }
  }
  return link;
}

std::string mail_link(const Address& address, std::string_view token) {
  std::string link = "mailto:";
  append_percent_encoded(link, address.local());
  link += '@';
  append_percent_encoded(link, address.domain().ascii());
  // %20 and not "+", which mailto does not know (RFC 6068 §5).
  link.append("?subject=unsubscribe%20").append(token);
  return link;
}
