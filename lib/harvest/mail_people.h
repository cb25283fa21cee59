#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "mime/headers.h"

namespace hagaki::harvest {

/// Addresses that are nobody's on a list, because they are the user's own.
class OwnAddresses {
 public:
  /// Each an address, or "@domain" for all of a domain (not of those below it). Error::Config names
  /// the one that is neither.
  static Result<OwnAddresses> parse(const std::vector<std::string>& texts);
  /// Whether the address of this key (Address::key()) is one of them.
  [[nodiscard]] bool has(std::string_view key) const;

 private:
  std::unordered_set<std::string> keys_;  ///< addresses, and domains behind "@"
};

/// Which fields of a mail's header people are taken from: "from,reply-to,to,cc" as --mail-fields
/// has it, in the order of the text. Error::Config for a name that is none of these and sender.
Result<std::vector<std::string>> parse_mail_fields(std::string_view text);

/// Somebody in the header of a mail.
struct MailPerson {
  std::string email;
  std::string name;  ///< decoded; empty where there is none
};

/// The people in these fields of a mail, each address once. Left out: `own`, and addresses that no
/// mail can go to (root@localhost, is_mail_domain()).
std::vector<MailPerson> people_of(const mime::Headers& headers,
                                  const std::vector<std::string>& fields, const OwnAddresses& own);

}  // namespace hagaki::harvest
