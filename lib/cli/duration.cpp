#include "cli/duration.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

namespace hagaki::cli {

std::string duration_text(std::chrono::seconds length) {
  struct Unit {
    std::int64_t seconds;
    const char* name;
  };
  constexpr std::array<Unit, 4> kUnits = {{{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}}};
  const std::int64_t all = std::max<std::int64_t>(length.count(), 0);
  for (std::size_t i = 0; i + 1 < kUnits.size(); ++i) {
    const Unit& large = kUnits[i];
    const Unit& small = kUnits[i + 1];
    if (all < large.seconds) continue;
    const auto rest = all % large.seconds / small.seconds;
    auto text = fmt::format("{} {}", all / large.seconds, large.name);
    return rest == 0 ? text : fmt::format("{} {} {}", text, rest, small.name);
  }
  return fmt::format("{} s", all);
}

}  // namespace hagaki::cli
