#pragma once

#include <cstddef>
#include <vector>

#include "dnsbl/listing.h"

/// What an answer is for a person, what should be seen first coming first.
enum class Standing { Listed, Delisted, Rated, Unjudged, Allowed, Clean };

Standing standing_of(const hagaki::dnsbl::Listing& listing);

/// How many entries are new, gone, or as before.
struct ChangeCount {
  std::size_t fresh = 0;
  std::size_t delisted = 0;
  std::size_t still = 0;
  void count(hagaki::dnsbl::Change change);
};

/// How many answers came to what.
struct Tally {
  std::size_t asked = 0;
  std::size_t listed = 0;        ///< on block lists
  std::size_t listed_major = 0;  ///< of these, on lists by which large receivers refuse mail
  std::size_t rated = 0;         ///< by reputation lists
  std::size_t allowed = 0;       ///< by allow lists
  std::size_t clean = 0;
  std::size_t refused = 0;
  std::size_t errors = 0;
  std::size_t timeouts = 0;
  /// Of `refused`: said by a name server, not by the list's data.
  std::size_t refused_by_rcode = 0;
  std::size_t targets = 0;
  std::size_t targets_listed = 0;

  [[nodiscard]] std::size_t judged() const { return listed + rated + allowed + clean; }
  [[nodiscard]] std::size_t unjudged() const { return asked - judged(); }
  /// Counts the listings of one target.
  void count(const std::vector<hagaki::dnsbl::Listing>& rows);

 private:
  void count_one(const hagaki::dnsbl::Listing& listing);
};
