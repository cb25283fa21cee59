#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "dns/ip.h"
#include "dnsbl/zones.h"

namespace hagaki::dnsbl {

/// The most addresses of a CIDR range that parse_target() takes.
inline constexpr std::size_t kRangeAddresses = 1024;

/// One thing to ask lists about.
struct Target {
  Kind kind = Kind::Ip4;
  std::string text;      ///< the address, or the domain in A-label form
  std::string question;  ///< what stands before the zone: reversed octets or nibbles, or the domain

  friend bool operator==(const Target&, const Target&) = default;
};

/// What a person named, as targets one after another: a range is never held as a whole.
class TargetRange {
 public:
  /// The most bits behind the prefix of a range: all of IPv4, or as much of IPv6.
  static constexpr std::size_t kMostHostBits = 32;

  /// Reads as parse_target() does; a range may have 2^`most_host_bits` addresses.
  static Result<TargetRange> parse(std::string_view spec,
                                   std::size_t most_host_bits = kMostHostBits);

  /// How many targets are left.
  [[nodiscard]] std::uint64_t size() const { return left_; }
  /// The next one; there is one left.
  Target next();
  /// The address that next() gives; nothing for a domain.
  [[nodiscard]] std::optional<dns::IpAddress> address() const {
    return bounds_ ? std::optional(at_) : std::nullopt;
  }
  /// The first and the last address, both in network byte order; nothing for a domain. As parsed.
  struct Bounds {
    dns::IpAddress first;
    dns::IpAddress last;
  };
  [[nodiscard]] const std::optional<Bounds>& bounds() const { return bounds_; }

 private:
  TargetRange() = default;
  static Result<TargetRange> parse_cidr(std::string_view spec, dns::IpAddress ip,
                                        std::string_view length_text, std::size_t most_host_bits);
  std::optional<Bounds> bounds_;
  dns::IpAddress at_;
  std::string domain_;
  std::uint64_t left_ = 1;
};

/// Reads what a person names: an IPv4 or IPv6 address, bare or in brackets; a CIDR range of at most
/// kRangeAddresses addresses, which becomes one target each; a domain of two or more labels, in
/// A-label or U-label form. An IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2) is asked as IPv4.
/// Error::Syntax and Error::Limit name `spec` as context and say what would have been right.
Result<std::vector<Target>> parse_target(std::string_view spec);

/// What stands before the zone to ask about `text`, as a test point gives it: unlike a target, an
/// IPv4-mapped address stays IPv6 and a domain may be one label. Nothing where `text` is not
/// `kind`.
std::optional<std::string> question_for(Kind kind, std::string_view text);

/// A dotted quad as a number, 127.0.0.1 being 0x7F000001.
std::optional<std::uint32_t> parse_ip4(std::string_view text);

}  // namespace hagaki::dnsbl
