#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace hagaki::html {

/// Whether `name` is one of `names`.
template <std::size_t N>
bool is_one_of(std::string_view name, const std::array<std::string_view, N>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace hagaki::html
