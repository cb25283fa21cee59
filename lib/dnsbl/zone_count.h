#pragma once

#include <cstdint>

#include "dnsbl/verdict.h"
#include "dnsbl/zones.h"

namespace hagaki::dnsbl {

/// What came of one zone.
struct ZoneCount {
  const Zone* zone = nullptr;
  std::uint64_t listed = 0;
  std::uint64_t not_listed = 0;
  std::uint64_t refused = 0;
  std::uint64_t errors = 0;
  std::uint64_t timeouts = 0;
  std::uint64_t known = 0;       ///< of these, filled in by CheckOptions::known
  std::uint64_t questions = 0;   ///< put to it, for words and test points too
  std::uint64_t from_cache = 0;  ///< answered by an answer that still held
  std::uint64_t set_aside = 0;   ///< times that it was
  std::uint64_t doubtful = 0;    ///< of `listed`, handed out before it was disqualified
  bool disqualified = false;     ///< lists what it must not

  /// One more row came to this.
  void add(Outcome outcome);
};

}  // namespace hagaki::dnsbl
