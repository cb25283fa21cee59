#pragma once

#include <cstdint>
#include <vector>

#include "reason/judge.h"
#include "reason/patterns.h"

namespace hagaki::reason {

/// The rows and what makes them quick to ask.
struct Rules::State {
  std::vector<Rule> rows;
  Patterns patterns;                    ///< ids are indexes of rows
  std::vector<std::uint32_t> wordless;  ///< rows without words, in their order
};

}  // namespace hagaki::reason
