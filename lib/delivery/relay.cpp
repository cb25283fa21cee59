#include <fmt/format.h>

#include "base/text.h"
#include "delivery/campaign.h"

namespace hagaki::delivery {
namespace {

/// "user%40example" as it was before.
std::optional<std::string> percent_decode(std::string_view s) {
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] != '%') {
      out.push_back(s[i]);
      continue;
    }
    constexpr std::string_view kHex = "0123456789abcdef";
    if (i + 2 >= s.size()) return std::nullopt;
    const std::string digits = ascii_lower(s.substr(i + 1, 2));
    const auto high = kHex.find(digits[0]);
    const auto low = kHex.find(digits[1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    const auto byte = static_cast<char>(high * 16 + low);
    if (static_cast<unsigned char>(byte) < 0x20) return std::nullopt;
    out.push_back(byte);
    i += 2;
  }
  return out;
}

}  // namespace

Result<Relay> parse_relay(std::string_view url) {
  const auto bad = [url](std::string why) {
    return fail(ErrorCode::Syntax, std::move(why), printable(url));
  };
  Relay relay;
  std::string_view rest = trim(url);
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
    const auto decoded = percent_decode(user);
    if (!decoded || decoded->empty()) return bad("bad user name");
    relay.user = *decoded;
    rest.remove_prefix(at + 1);
  }
  if (rest.starts_with('[')) {
    const auto close = rest.find(']');
    if (close == std::string_view::npos) return bad("missing ]");
    relay.host = rest.substr(1, close - 1);
    rest.remove_prefix(close + 1);
    if (!rest.empty() && rest[0] != ':') return bad("text behind ]");
  } else {
    const auto colon = rest.find(':');
    relay.host = rest.substr(0, colon);
    rest = colon == std::string_view::npos ? std::string_view{} : rest.substr(colon);
  }
  if (!rest.empty()) {
    const auto port = parse_unsigned(rest.substr(1), 65535);
    if (!port || *port == 0) return bad("bad port");
    relay.port = static_cast<std::uint16_t>(*port);
  }
  constexpr std::string_view kHost =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:";
  if (relay.host.empty() || relay.host.find_first_not_of(kHost) != std::string::npos) {
    return bad("bad host name");
  }
  return relay;
}

}  // namespace hagaki::delivery
