#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "address/address.h"

namespace hagaki::rules {

/// What the writer of an address may have meant.
struct Mistyped {
  std::string domain;       ///< the known mail domain, as A-label
  bool impossible = false;  ///< what was typed ends in no top-level domain that exists
};

/// A mail domain that many have (data/mail-domains.toml) for which `domain` (A-label form, lower
/// case) may stand: one character too many, too few or another, or two exchanged, or a spelling
/// that the table names. Nothing where `domain` is in the table itself.
std::optional<Mistyped> mistyped_domain(std::string_view domain);

/// The address that `spec` becomes when what keyboards for Japanese and lists in text leave is
/// mended: full-width characters, commas and repeated dots in the domain, punctuation at the end,
/// blanks around "@", a second "@" behind it. Empty where that gives no address, or `spec` again.
/// Two addresses in one field are not mended into one.
std::string mended_spelling(std::string_view spec);

}  // namespace hagaki::rules
