#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "dns/ip.h"

namespace hagaki::rules {

/// An address of this machine that mail is sent from.
struct SourceAddress {
  dns::IpAddress ip;
  unsigned weight = 1;  ///< its share among several, 1 to 1000
  std::string helo{};   ///< our name in EHLO there; empty: that of all others
};

/// Reads "192.0.2.1", "2001:db8::1?weight=3&helo=mail.example.jp". Error::Syntax.
Result<SourceAddress> parse_source(std::string_view text);

/// Addresses among which recipients are shared.
class SourcePool {
 public:
  static constexpr std::size_t kMost = 256;

  SourcePool() = default;
  /// Error::Syntax where one address stands twice, or there are more than kMost.
  static Result<SourcePool> make(std::vector<SourceAddress> addresses);

  /// The places of the addresses in all(), in the order in which they are this recipient's
  /// (`key`: Address::key()). Of many recipients each address is first for its share.
  ///
  /// The order follows from the recipient and from each address alone (rendezvous hashing, Thaler
  /// and Ravishankar 1998, weighted): it is the same in all runs, and where an address comes or
  /// goes, or has another weight, no recipient changes between the others.
  [[nodiscard]] std::vector<std::size_t> order(std::string_view key) const;

  /// The others.
  [[nodiscard]] SourcePool without(const std::vector<dns::IpAddress>& addresses) const;

  [[nodiscard]] const std::vector<SourceAddress>& all() const { return addresses_; }
  [[nodiscard]] bool empty() const { return addresses_.empty(); }

 private:
  std::vector<SourceAddress> addresses_;
  std::vector<std::string> names_;
};

}  // namespace hagaki::rules
