#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace hagaki {

/// A mail domain: a host name of at least one label in A-label form (RFC 5890), or an address
/// literal "[192.0.2.1]". A default-made one is empty and only a placeholder.
class Domain {
 public:
  Domain() = default;
  /// Parses a domain in ASCII, A-label or U-label form (UTS 46 non-transitional through libidn2),
  /// one trailing dot allowed. Error::Syntax says what is wrong.
  static Result<Domain> parse(std::string_view name);

  /// Lower-case A-label form without trailing dot, or the literal.
  [[nodiscard]] const std::string& ascii() const { return ascii_; }
  [[nodiscard]] bool is_literal() const { return !ascii_.empty() && ascii_[0] == '['; }

  friend bool operator==(const Domain&, const Domain&) = default;

 private:
  friend class Address;  // writes a name that it has checked
  std::string ascii_;
};

}  // namespace hagaki
