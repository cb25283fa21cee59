#include "dns/ip.h"

#include <arpa/inet.h>

#include "base/text.h"

namespace hagaki::dns {

std::string IpAddress::text() const {
  char buffer[INET6_ADDRSTRLEN] = {};
  if (inet_ntop(v6 ? AF_INET6 : AF_INET, bytes.data(), buffer, sizeof buffer) == nullptr) return {};
  return buffer;
}

std::optional<IpAddress> parse_ip(std::string_view text) {
  if (text.empty() || text.size() >= INET6_ADDRSTRLEN) return std::nullopt;
  // An inner NUL would let inet_pton read less than there is.
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  IpAddress ip;
  ip.v6 = text.find(':') != std::string_view::npos;
  const std::string terminated(text);
  if (inet_pton(ip.v6 ? AF_INET6 : AF_INET, terminated.c_str(), ip.bytes.data()) != 1) {
    return std::nullopt;
  }
  return ip;
}

bool is_this_machine(std::string_view host) {
  if (ascii_iequals(host, "localhost")) return true;
  const auto ip = parse_ip(host);
  return ip && (ip->v6 ? ip == parse_ip("::1") : ip->bytes[0] == 127);
}

std::optional<IpAddress> parse_address_literal(std::string_view text) {
  if (text.size() < 2 || text.front() != '[' || text.back() != ']') return std::nullopt;
  text = text.substr(1, text.size() - 2);
  const bool tagged = ascii_istarts_with(text, "IPv6:");
  if (tagged) text.remove_prefix(5);
  const auto ip = parse_ip(text);
  if (ip && ip->v6 != tagged) return std::nullopt;
  return ip;
}

}  // namespace hagaki::dns
