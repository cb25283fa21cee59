#pragma once

#include <string_view>

namespace hagaki::harvest {

/// Whether mail can be meant to go to `domain` (A-label form, lower case): it ends in a top-level
/// domain that exists and is more than a public suffix. The names that RFC 2606 and RFC 6761 keep
/// for tests and examples count as existing; "localhost" and single labels do not.
bool is_mail_domain(std::string_view domain);

}  // namespace hagaki::harvest
