#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hagaki::mime {

/// A mailbox of an address field, with the name that stands with it.
struct Mailbox {
  std::string address;  ///< as written; has an "@" with something on both sides
  /// The display name, else a comment, as written but for quotes, escapes and folds: encoded words
  /// are left to decode_words(). Empty where there is none.
  std::string name;
};

/// The mailboxes in an address field (RFC 5322 §3.4), in order, those of groups too. Tolerant as
/// addresses_of(). Raw ISO-2022-JP, whose bytes look like ASCII, is kept together.
std::vector<Mailbox> mailboxes_of(std::string_view field);

}  // namespace hagaki::mime
