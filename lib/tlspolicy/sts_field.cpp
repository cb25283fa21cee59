#include "tlspolicy/sts_field.h"

#include <algorithm>

#include "base/ascii.h"

namespace hagaki::tlspolicy {

bool is_sts_field_name(std::string_view name) {
  constexpr std::size_t kLongest = 32;
  return !name.empty() && name.size() <= kLongest && is_alnum(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return is_alnum(c) || c == '_' || c == '-' || c == '.'; });
}

}  // namespace hagaki::tlspolicy
