#pragma once

#include <cassert>
#include <cstddef>
#include <string>
#include <vector>

#include "dnsbl/listing.h"
#include "dnsbl/target.h"
#include "dnsbl/verdict.h"

namespace hagaki::dnsbl {

/// A target on its way, and the listings it has so far.
struct CheckJob {
  Target target;
  std::vector<Listing> rows;
  std::vector<std::size_t> zones;  ///< of the rows
  std::size_t open = 0;            ///< rows that are not decided
  bool done = false;
  bool asked = false;  ///< some list was asked about it
  bool heard = false;  ///< and somebody answered

  /// One more row is decided.
  void close_row() {
    assert(open > 0);
    done = --open == 0;
  }
};

/// A listing that does not stand: what lists the world lists nobody.
inline void refute(Listing& listing, const std::string& why) {
  listing.verdict.outcome = Outcome::Error;
  listing.verdict.meaning = why;
  listing.text.clear();
  listing.delist_url.clear();
}

}  // namespace hagaki::dnsbl
