#pragma once

#include <cstdint>
#include <vector>

#include "reason/judge.h"
#include "reason/patterns.h"

namespace hagaki::reason {

/// The rows and what makes them quick to ask.
struct Rules::State {
  std::vector<Rule> rows;
  std::vector<std::uint32_t> wordless;  ///< rows without words, in their order
  Patterns patterns;                    ///< of the others; ids are indexes of rows
};

}  // namespace hagaki::reason
