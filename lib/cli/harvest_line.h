#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace hagaki::cli {

/// How far the reading of lists is.
struct HarvestFigures {
  std::uint64_t recipients = 0;                ///< done with
  std::uint64_t recipients_waiting = 0;        ///< read, their domain unknown as yet
  double per_second = 0;                       ///< recipients
  std::uint64_t bytes = 0;                     ///< read of the sources
  std::optional<std::uint64_t> bytes_total{};  ///< nothing where a source has no size
  std::uint64_t domains = 0;                   ///< asked about
  std::uint64_t domains_waiting = 0;           ///< of these, without an answer as yet
};

/// "12000 recipients, 3450/s, 12.5 of 118.6 MB, 1 min 5 s left; 400 of 4000 domains waiting". The
/// time left is that of the rows, too, which the bytes still to be read will hold; it is not said
/// where nobody can know.
std::string harvest_line(const HarvestFigures& figures);

}  // namespace hagaki::cli
