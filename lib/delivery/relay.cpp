#include "base/text.h"
#include "delivery/campaign.h"
#include "net/url.h"

namespace hagaki::delivery {

Result<Relay> parse_relay(std::string_view url) {
  const auto bad = [url](std::string why) {
    return fail(ErrorCode::Syntax, std::move(why), printable(url));
  };
  Relay relay;
  std::string_view rest = trim(url);
  const bool bare = rest.find_first_of(".:/@") == std::string_view::npos;
  if (bare && !rest.empty() && !ascii_iequals(rest, "localhost")) {
    return bad(
        "a name without a domain is most likely a slip; where a host is called so, write "
        "smtp:// before it");
  }
  if (const auto scheme = rest.find("://"); scheme != std::string_view::npos) {
    if (ascii_iequals(rest.substr(0, scheme), "smtps")) {
      relay.implicit_tls = true;
      relay.port = 465;
    } else if (!ascii_iequals(rest.substr(0, scheme), "smtp")) {
      return bad("a relay is smtp://host or smtps://host");
    }
    rest.remove_prefix(scheme + 3);
  }
  if (const auto query = rest.find('?'); query != std::string_view::npos) {
    for (const auto pair : split(rest.substr(query + 1), '&')) {
      if (!pair.starts_with("weight="))
        return bad("unknown parameter of a relay: " + std::string(pair));
      const auto weight = parse_unsigned(pair.substr(7), 1000);
      if (!weight || *weight == 0) return bad("weight is a number from 1 to 1000");
      relay.weight = static_cast<unsigned>(*weight);
    }
    rest = rest.substr(0, query);
  }
  if (rest.ends_with('/')) rest.remove_suffix(1);
  if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
    const auto user = rest.substr(0, at);
    if (user.find(':') != std::string_view::npos) {
      return fail(ErrorCode::Denied, "a password does not belong on the command line",
                  std::string(rest.substr(at + 1)));
    }
    const auto decoded = net::percent_decode(user);
    if (!decoded || decoded->empty()) return bad("bad user name");
    relay.user = *decoded;
    rest.remove_prefix(at + 1);
  }
  constexpr std::string_view kHost =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:";
  auto server = net::parse_host_port(rest);
  if (!server || server->host.find_first_not_of(kHost) != std::string::npos) {
    return bad("bad host or port");
  }
  relay.host = std::move(server->host);
  relay.port = server->port.value_or(relay.port);
  return relay;
}

}  // namespace hagaki::delivery
