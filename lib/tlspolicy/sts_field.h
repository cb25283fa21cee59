#pragma once

#include <string_view>

namespace hagaki::tlspolicy {

/// Whether a field of a record or policy may have this name (RFC 8461 §3.1 and §3.2, the same
/// there).
bool is_sts_field_name(std::string_view name);

}  // namespace hagaki::tlspolicy
