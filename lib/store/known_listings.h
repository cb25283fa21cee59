#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "dnsbl/listing.h"
#include "store/shared_file.h"

namespace hagaki::store {

/// What block lists had entries of when they were asked last, and since when, kept over runs in one
/// SQLite file. What nobody asks about stays as it is. Errors as SharedFile has them.
class KnownListings {
 public:
  static Result<KnownListings> open(const std::string& path,
                                    std::chrono::milliseconds patience = SharedFile::kPatience);
  ~KnownListings();
  KnownListings(KnownListings&&) noexcept;
  KnownListings& operator=(KnownListings&&) noexcept;

  /// Sets `change` and `since` of the listings of one target beside what is kept, and notes what is
  /// to be kept of them. The file is not changed.
  Result<void> compare(std::vector<dnsbl::Listing>& rows);
  /// Drops what compare() noted of entries of `zone` for targets of `kind`: they are none.
  void disqualified(const dnsbl::Zone& zone, dnsbl::Kind kind);
  /// Writes what compare() noted, all or nothing.
  Result<void> save();

 private:
  struct State;
  explicit KnownListings(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace hagaki::store
