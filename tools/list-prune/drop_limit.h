#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/decision.h"

/// "5%" or "2.5%" as a share of one; nothing where it is none, or not above 0 and at most 100%.
std::optional<double> parse_share(std::string_view text);

/// How many of a domain's recipients were read and dropped.
struct DomainCount {
  std::uint64_t read = 0;
  std::uint64_t pruned = 0;   ///< for whatever reason
  std::uint64_t dropped = 0;  ///< as counts_as_drop() has it
};
using DomainCounts = std::map<std::string, DomainCount, std::less<>>;

/// Whether a decision takes a recipient off the list whom the rules found to be bad: dropped by a
/// rule stop.* or hygiene.*. Suppressed ones, duplicates, and who is held or tagged are none.
bool counts_as_drop(const hagaki::rules::Decision& decision);

/// Bounds on what one run may drop (--max-drop, --max-drop-domain).
struct DropLimit {
  std::optional<double> of_list;
  std::optional<double> of_domain;
  /// Fewer dropped of a domain are no alarm: 1 of 2 says nothing.
  static constexpr std::uint64_t kFewestOfDomain = 10;

  /// What is past its bound, in words; empty when all is well.
  [[nodiscard]] std::vector<std::string> exceeded(std::uint64_t read, std::uint64_t dropped,
                                                  const DomainCounts& domains) const;
};
