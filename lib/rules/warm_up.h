#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hagaki::rules {

/// How many messages a new source address may send on each of its first days.
struct WarmUp {
  std::chrono::local_days start;
  std::vector<std::uint32_t> per_day;  ///< from the start on, a day each; 0 is a pause

  /// How many on that date: 0 before the start, nothing (no limit) when the schedule is over.
  [[nodiscard]] std::optional<std::uint32_t> allowed(std::chrono::local_days date) const;
};

/// Reads "2026-12-01: 50,100,200,400,800,1600". Error::Syntax, also where all days are 0, or more
/// than a thousand are named.
Result<WarmUp> parse_warm_up(std::string_view text);

}  // namespace hagaki::rules
