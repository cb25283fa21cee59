#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "dns/ip.h"

namespace hagaki::spf {

/// What macros stand for (RFC 7208 §7.2).
struct MacroValues {
  std::string_view local;   ///< local part of the sender
  std::string_view sender;  ///< domain of the sender
  std::string_view domain;  ///< the domain whose record is read
  std::string_view helo;
  std::string_view validated;  ///< the validated name of the address, or "unknown"
  dns::IpAddress ip;
};

/// Checks a macro-string (RFC 7208 §7.1): printable ASCII, each "%" beginning a macro that is
/// known and not of explanations alone (c, r, t). Error::Syntax says what is wrong.
Result<void> check_macros(std::string_view text);

/// Checks a domain-spec: a macro-string that ends in a macro or in a label that can be a top-level
/// domain's, so neither in a number nor in a hyphen (RFC 7208 §7.1).
Result<void> check_domain_spec(std::string_view text);

/// True when `text` asks for the validated name (%{p}), which DNS must be asked for.
bool wants_validated_name(std::string_view text);

/// `text`, which was checked, with its macros replaced.
std::string expand(std::string_view text, const MacroValues& values);

/// `name` as it is asked about: without a trailing dot, and without as many of its first labels as
/// must go to make it 253 octets at most (RFC 7208 §7.3).
std::string_view fit_name(std::string_view name);

}  // namespace hagaki::spf
