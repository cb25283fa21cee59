#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hagaki::harvest {

/// The mail addresses in `text` (UTF-8), in order, in their spelling there. Strict, so that
/// "image@2x.png" and "foo@bar" are none: the domain must be one that mail can go to
/// (is_mail_domain()), the local part is a dot-string, with the dots of Japanese carriers. Not
/// taken: user names in URLs, message handles ("@user@host"), remote paths ("git@host:path").
/// Japanese text may touch an address on either side.
std::vector<std::string> find_addresses(std::string_view text);

}  // namespace hagaki::harvest
