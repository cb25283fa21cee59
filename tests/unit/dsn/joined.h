#pragma once

#include <string>
#include <vector>

/// One string of many, so that a comparison that fails shows both sides.
inline std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const auto& line : lines) out += line + '\n';
  return out;
}
