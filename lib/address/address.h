#pragma once

#include <string>
#include <string_view>

#include "address/domain.h"
#include "base/result.h"

namespace hagaki {

/// An addr-spec (RFC 5321 §4.1.2 Mailbox, RFC 6531 with UTF-8), parsed and kept in its given
/// spelling. Cannot hold a bad address. Two compare equal when their keys do.
class Address {
 public:
  /// Parses `local@domain`. Blanks around are trimmed; display names and angle brackets are not
  /// accepted here. Accepts what Japanese carriers issued against RFC 5321: local parts with ".."
  /// or a trailing "." (`carrier_dots()` is then true). Accepts address literals.
  /// Error::Syntax says which rule broke; Error::Limit when longer than RFC 5321 §4.5.3.1 allows.
  static Result<Address> parse(std::string_view spec);

  /// Makes this what parse(spec) gives, without taking new memory, where `spec` is of the plain
  /// kind that nearly all are: ASCII letters, digits, "_", "+", "-" and single dots, at a domain of
  /// two labels or more. Else false, and this stays as it is: `spec` may still be an address.
  bool assign_plain(std::string_view spec);

  /// The address as given, trimmed.
  [[nodiscard]] const std::string& text() const { return text_; }
  /// The local part as given, quotes included.
  [[nodiscard]] std::string_view local() const { return std::string_view(text_).substr(0, at_); }
  [[nodiscard]] const Domain& domain() const { return domain_; }
  /// What addresses are compared by: local part in lower case (ASCII), "@", A-label domain.
  /// Quotes that are not needed are gone, those around a carrier's dots too.
  [[nodiscard]] const std::string& key() const { return key_; }
  /// As written on the wire without SMTPUTF8: given local part, A-label domain.
  [[nodiscard]] std::string envelope() const;
  /// True when the local part needs SMTPUTF8 (RFC 6531).
  [[nodiscard]] bool needs_smtputf8() const;
  /// True when the local part breaks RFC 5321's dot-string in the carriers' way, so that it must be
  /// quoted or sent as it is.
  [[nodiscard]] bool carrier_dots() const { return carrier_dots_; }

  friend bool operator==(const Address& a, const Address& b) { return a.key_ == b.key_; }

 private:
  Address() = default;
  std::string text_;
  std::size_t at_ = 0;
  Domain domain_;
  std::string key_;
  bool carrier_dots_ = false;
};

/// The key of `spec`, or an empty string where it is no address.
std::string canonical_key(std::string_view spec);

/// Where free text or a header names one mailbox: strips display name, angle brackets, "mailto:",
/// trailing punctuation, and "rfc822;" / "utf-8;" address types. Views into `s`; not validated.
std::string_view bare_address(std::string_view s);

}  // namespace hagaki
