#pragma once

#include <string_view>

namespace hagaki::rules {

/// Whether the local part (quotes and all, any case) names a role and no person: those of RFC 2142
/// and customary ones (data/roles.txt). A tag behind "+" does not change that, digits behind the
/// name do.
bool is_role_account(std::string_view local);

}  // namespace hagaki::rules
