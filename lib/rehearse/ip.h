#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hagaki::rehearse {

/// An IPv4 or IPv6 address or range in CIDR form.
class IpRange {
 public:
  /// "192.0.2.0/24", "192.0.2.1", "2001:db8::/32". Nothing when it is none.
  static std::optional<IpRange> parse(std::string_view text);
  /// True when `address` ("192.0.2.7") is inside.
  [[nodiscard]] bool contains(std::string_view address) const;

 private:
  std::array<std::uint8_t, 16> bytes_{};
  unsigned bits_ = 0;
  bool v6_ = false;
};

/// True for a dotted IPv4 address in 127.0.0.0/8.
bool is_loopback4(std::string_view address);

/// The address that a blocklist query name asks about: "2.0.0.127" → "127.0.0.2", 32 reversed
/// nibbles → an IPv6 address. Nothing when `labels` is a domain.
std::optional<std::string> unreverse(std::string_view labels);

}  // namespace hagaki::rehearse
