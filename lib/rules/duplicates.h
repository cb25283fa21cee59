#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "address/address.h"
#include "rules/decision.h"
#include "rules/hash_table.h"
#include "rules/key_hash.h"

namespace hagaki::rules {

/// Which spellings count as the same address. An IDN as A- or U-label is one domain in all.
enum class SameAddress {
  Exact,     ///< the local part byte for byte
  Fold,      ///< by the canonical key: no regard to ASCII case, nor to quotes that are not needed
  Provider,  ///< besides, as the mailbox provider delivers (data/mailbox-spellings.toml)
  Off,       ///< none is a duplicate
};

/// The mode of that name: "exact", "fold", "provider", "off".
std::optional<SameAddress> same_address_named(std::string_view name);

/// The text by which `address` is compared in that mode; of Off as of Fold.
std::string comparison_key(const Address& address, SameAddress mode);

/// Remembers who was kept, so that the same address in another spelling is kept once. The first one
/// wins; no spelling is ever changed.
class Duplicates {
 public:
  explicit Duplicates(KeyHasher hasher, SameAddress mode = SameAddress::Fold)
      : hasher_(hasher), mode_(mode) {}

  /// Notes the address; where it was noted before, the decision against it: "hygiene.duplicate".
  std::optional<Decision> note(const Address& address) {
    return note(address, hasher_(address.key()));
  }
  /// The same; `hash` is that of the canonical key. expect() it before, with other work in between,
  /// so that memory need not be waited for.
  std::optional<Decision> note(const Address& address, std::uint64_t hash);
  void expect(std::uint64_t hash) const {
    if (mode_ == SameAddress::Fold) seen_.expect(hash);
  }

 private:
  KeyHasher hasher_;
  SameAddress mode_;
  HashSet seen_;
};

}  // namespace hagaki::rules
