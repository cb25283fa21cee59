#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "dns/ip.h"

namespace hagaki::health {

/// What the name of an address looks like to receivers that refuse dynamic addresses.
struct NameLook {
  enum class Kind {
    Own,      ///< somebody chose it for a host
    Generic,  ///< made from the address, as a provider does for all of its addresses
    Dynamic,  ///< a customer's line, or it says so
  };
  Kind kind = Kind::Own;
  std::string why;  ///< the provider, or the word that says so; empty where the address is all
};

/// Judges names by a table (data/dynamic-names.json).
class DynamicNames {
 public:
  /// Reads a table. Error::Config says what is wrong with it.
  static Result<DynamicNames> parse(std::string_view json);
  /// The table that was compiled in.
  static const DynamicNames& builtin();

  /// How `name`, a PTR of `ip`, looks. Case does not count.
  [[nodiscard]] NameLook look(std::string_view name, const dns::IpAddress& ip) const;

  struct Isp {
    std::string pattern;
    std::vector<std::string> exceptions;
    std::string name;
    std::string example;
  };
  [[nodiscard]] const std::vector<Isp>& isps() const { return isps_; }

 private:
  std::vector<Isp> isps_;
  std::vector<std::string> words_;
  std::vector<std::string> fixed_;
};

/// Whether `name` holds the address: its octets in decimal in either order, joined or with "-" or
/// "." between, or as eight hexadecimal digits; of IPv6 its 32 digits, or its last four groups.
bool holds_address(std::string_view name, const dns::IpAddress& ip);

}  // namespace hagaki::health
