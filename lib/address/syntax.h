#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "address/address.h"
#include "base/result.h"

namespace hagaki {

/// How much of an address must be by the book.
enum class Syntax {
  /// A Mailbox of RFC 5321 §4.1.2 that a server without extensions takes from anywhere: dot-string
  /// or quoted string in ASCII, a domain of two labels or more (as U-labels too, for it is mailed
  /// as
  /// A-labels), no address literal, nothing around it.
  Strict,
  /// What can be mailed: all that Address::parse() takes. SMTPUTF8 (RFC 6531), address literals,
  /// single labels, and the dots of Japanese carriers.
  Smtp,
  /// Whatever has a chance: besides, what RFC 5322 §4.4 has obsolete or puts around the parts of an
  /// addr-spec (comments, folding white space, quoted words between dots).
  Loose,
};

/// The mode of that name, "strict", "smtp" or "loose".
std::optional<Syntax> syntax_named(std::string_view name);

/// An address that was read in a mode.
struct AddressReading {
  Address address;
  /// It had a form of RFC 5322 that no SMTP command can hold: address.text() is written anew.
  bool obsolete = false;
};

/// Reads `spec`. Error::Syntax or Error::Limit says which rule it breaks.
Result<AddressReading> read_address(std::string_view spec, Syntax syntax);

/// `spec`, an addr-spec of RFC 5322 §3.4.1 and §4.4, without comments and folding white space and
/// with the words of its local part as one quoted string, or as a dot-string where that is enough.
/// Not checked further. Error::Syntax where it is none; control characters are refused but inside
/// comments.
Result<std::string> without_obsolete_forms(std::string_view spec);

}  // namespace hagaki
