#include "dns/ip.h"

#include <arpa/inet.h>

#include <algorithm>

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

namespace {

bool is_zero(const IpAddress& ip, std::size_t from, std::size_t to) {
  return std::all_of(ip.bytes.begin() + static_cast<std::ptrdiff_t>(from),
                     ip.bytes.begin() + static_cast<std::ptrdiff_t>(to),
                     [](std::uint8_t byte) { return byte == 0; });
}

/// The IPv4 address that an IPv6 one leads to: by NAT64 (RFC 6052 §2.1), 6to4 (RFC 3056), or the
/// compatible form of old (RFC 4291 §2.5.5.1).
std::optional<IpAddress> embedded_ip4(const IpAddress& ip) {
  const auto& b = ip.bytes;
  const auto at = [&b](std::ptrdiff_t begin) {
    IpAddress out;
    std::copy_n(b.begin() + begin, 4, out.bytes.begin());
    return out;
  };
  if (b[0] == 0x20 && b[1] == 0x02) return at(2);
  const bool nat64 = b[0] == 0 && b[1] == 0x64 && b[2] == 0xFF && b[3] == 0x9B;
  if (is_zero(ip, 0, 12) || (nat64 && is_zero(ip, 4, 12))) return at(12);
  // 64:ff9b:1::/48 is for translators within a network (RFC 8215).
  if (nat64 && b[4] == 0 && b[5] == 1) return IpAddress{};
  return std::nullopt;
}

}  // namespace

bool is_public(const IpAddress& ip) {
  const IpAddress plain = unmapped(ip);
  const auto& b = plain.bytes;
  if (plain.v6) {
    const bool unspecified_or_loopback =
        std::all_of(b.begin(), b.end() - 1, [](std::uint8_t byte) { return byte == 0; }) &&
        b[15] <= 1;
    const bool local = (b[0] & 0xFE) == 0xFC;                    // fc00::/7
    const bool link_local = b[0] == 0xFE && (b[1] & 0x80) != 0;  // fe80::/10, and fec0::/10 once
    const bool discard = b[0] == 1 && b[1] == 0 && is_zero(plain, 2, 8);  // 100::/64
    if (unspecified_or_loopback || local || link_local || discard || b[0] == 0xFF) return false;
    const auto inside = embedded_ip4(plain);
    return !inside || is_public(*inside);
  }
  if (b[0] == 0 || b[0] == 10 || b[0] == 127 || b[0] >= 224) return false;
  if (b[0] == 100 && (b[1] & 0xC0) == 64) return false;     // 100.64.0.0/10
  if (b[0] == 172 && (b[1] & 0xF0) == 16) return false;     // 172.16.0.0/12
  if (b[0] == 192 && b[1] == 0 && b[2] == 0) return false;  // 192.0.0.0/24
  if (b[0] == 198 && (b[1] & 0xFE) == 18) return false;     // 198.18.0.0/15
  return !(b[0] == 169 && b[1] == 254) && !(b[0] == 192 && b[1] == 168);
}

bool is_mapped(const IpAddress& ip) {
  return ip.v6 && ip.bytes[10] == 0xFF && ip.bytes[11] == 0xFF &&
         std::all_of(ip.bytes.begin(), ip.bytes.begin() + 10,
                     [](std::uint8_t byte) { return byte == 0; });
}

IpAddress unmapped(const IpAddress& ip) {
  if (!is_mapped(ip)) return ip;
  IpAddress out;
  std::copy_n(ip.bytes.begin() + 12, 4, out.bytes.begin());
  return out;
}

bool same_network(const IpAddress& a, const IpAddress& b, unsigned prefix) {
  if (a.v6 != b.v6) return false;
  const std::size_t whole = prefix / 8;
  if (!std::equal(a.bytes.begin(), a.bytes.begin() + whole, b.bytes.begin())) return false;
  if (prefix % 8 == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xFFU << (8 - prefix % 8));
  return ((a.bytes[whole] ^ b.bytes[whole]) & mask) == 0;
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
