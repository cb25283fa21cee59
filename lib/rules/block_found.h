#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"
#include "rules/block_finder.h"

namespace hagaki::rules {

/// A day on which a receiver refused us, as people are told.
struct BlockFound {
  std::string receiver;  ///< provider id, or domain
  Block numbers;
  std::uint64_t held = 0;          ///< recipients that are held for it
  std::optional<Timestamp> until;  ///< when the last of them gets its next try
};

}  // namespace hagaki::rules
