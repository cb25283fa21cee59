#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/hash_table.h"
#include "rules/key_hash.h"

namespace hagaki::rules {

/// Numbers for those who take mail: the provider (its id in harvest::Providers) where the domain
/// itself is a provider's, else the domain. A company whose mail a provider hosts is a receiver of
/// its own: the host of many customers refuses for each of them by rules of its own. Small for
/// millions of domains.
class ReceiverNumbers {
 public:
  explicit ReceiverNumbers(KeyHasher hasher) : hasher_(hasher) {}

  /// The receiver of a canonical key's domain, from 1; 0 where it has none.
  std::uint32_t of_recipient(std::string_view key);
  /// The receiver of a domain (A-label, lower case), from 1; 0 for what is too long to be one.
  std::uint32_t of_domain(std::string_view domain);
  /// The receiver that a person names, by provider id or domain. A domain of a provider stands for
  /// the whole provider.
  std::uint32_t named(std::string_view name);
  /// Provider id or domain of a number.
  [[nodiscard]] std::string_view name(std::uint32_t number) const;

 private:
  std::uint32_t numbered(std::uint64_t hash, std::string_view name);

  KeyHasher hasher_;
  HashTable<std::uint32_t> numbers_;  // by hash of a domain or of a provider's id
  std::string names_;                 // one behind the other
  std::vector<std::uint64_t> ends_;   // in names_
};

}  // namespace hagaki::rules
