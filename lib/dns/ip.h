#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hagaki::dns {

/// An IPv4 or IPv6 address in network byte order; an IPv4 address uses the first four bytes and
/// leaves the others zero. Orders IPv4 before IPv6, then by value.
struct IpAddress {
  bool v6 = false;
  std::array<std::uint8_t, 16> bytes{};

  /// 4 or 16.
  [[nodiscard]] std::size_t size() const { return v6 ? 16 : 4; }
  /// Dotted quad, or the form of RFC 5952.
  [[nodiscard]] std::string text() const;

  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;
};

/// Reads a dotted quad of four plain decimal numbers, or any form of RFC 4291 §2.2 without a zone
/// index. Nothing for anything else: no "127.1", no leading zeros, no blanks, no brackets.
std::optional<IpAddress> parse_ip(std::string_view text);

/// True for "localhost" and for an address of this machine alone (127.0.0.0/8, ::1): what is sent
/// there passes no wire. A name that begins with "127." is none.
bool is_this_machine(std::string_view host);

/// False for an address that only a network of its own knows, or nobody (RFC 6890): private,
/// shared, loopback, link-local, multicast, unspecified, for benchmarks, for protocols. The blocks
/// for documentation count as public. An IPv6 address that stands for an IPv4 one (mapped,
/// translated by NAT64, 6to4) is as public as that.
bool is_public(const IpAddress& ip);

/// True for an IPv4 address that stands in an IPv6 one: ::ffff:192.0.2.1 (RFC 4291 §2.5.5.2).
bool is_mapped(const IpAddress& ip);

/// That IPv4 address; any other as it is.
IpAddress unmapped(const IpAddress& ip);

/// True when the first `prefix` bits (at most those of an address) of both are the same.
bool same_network(const IpAddress& a, const IpAddress& b, unsigned prefix);

/// Reads an address literal of RFC 5321 §4.1.3: "[192.0.2.1]", "[IPv6:2001:db8::1]".
std::optional<IpAddress> parse_address_literal(std::string_view text);

}  // namespace hagaki::dns
