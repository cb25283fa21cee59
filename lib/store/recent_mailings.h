#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "rules/hash_table.h"
#include "rules/key_hash.h"

namespace hagaki::store {

/// Who got a message of other campaigns since a time, by the journals in one folder. Addresses are
/// kept as hashes: 24 octets each.
class RecentMailings {
 public:
  struct Mailing {
    Timestamp at;
    /// False where the journal does not tell when, or not whether: it was then or before, if at
    /// all.
    bool certain = false;
    std::string_view campaign;
  };

  /// Reads the journals in `folder` that were written to since then, but for those of `campaign`;
  /// files that are none are passed over. A recipient counts as mailed who has the event
  /// "delivered" or "uncertain", or has a try in flight. No folder is the same as an empty one.
  /// Error::Io and Error::Config name the journal that could not be read.
  static Result<RecentMailings> read(const std::string& folder, const std::string& campaign,
                                     Timestamp since, const rules::KeyHasher& hasher);

  /// The last mailing to the address with this key (Address::key()).
  [[nodiscard]] std::optional<Mailing> find(std::string_view key) const;

 private:
  explicit RecentMailings(const rules::KeyHasher& hasher) : hasher_(hasher) {}
  struct Entry {
    std::int64_t at_ms = 0;
    std::uint32_t campaign = 0;
    bool certain = false;
  };
  rules::KeyHasher hasher_;
  rules::HashTable<Entry> entries_;
  std::vector<std::string> campaigns_;
};

}  // namespace hagaki::store
