#pragma once

#include <cstddef>
#include <map>
#include <utility>
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
  void count(hagaki::dnsbl::Change change, std::size_t times = 1);
  /// One that was counted is none.
  void take_back(hagaki::dnsbl::Change change) { count(change, static_cast<std::size_t>(-1)); }
};

/// True for a listing that is none once `zone` is known to list all targets of `kind`.
bool is_refuted(const hagaki::dnsbl::Listing& listing, const hagaki::dnsbl::Zone& zone,
                hagaki::dnsbl::Kind kind);

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
  /// `zone` lists all targets of `kind`: what it said of them was an error.
  void disqualified(const hagaki::dnsbl::Zone& zone, hagaki::dnsbl::Kind kind);

 private:
  using Zones = std::vector<const hagaki::dnsbl::Zone*>;
  void count_one(const hagaki::dnsbl::Listing& listing);

  /// Entries of each list, and how many targets are on the same block lists: what is to be taken
  /// back of a list that is found out.
  std::map<std::pair<hagaki::dnsbl::Kind, const hagaki::dnsbl::Zone*>, std::size_t> entries_;
  std::map<std::pair<hagaki::dnsbl::Kind, Zones>, std::size_t> listed_by_;
};
