#pragma once

#include <optional>
#include <string_view>

#include "address/address.h"
#include "records/line.h"
#include "rules/decision.h"
#include "rules/hash_table.h"
#include "rules/key_hash.h"
#include "rules/policy.h"

namespace hagaki::rules {

/// The decision against an address that does not parse: rule "hygiene.syntax".
Decision bad_syntax(const Error& error);

/// The decision against a recipient whose domain cannot take mail by the record's `mx_status`: rule
/// "hygiene.null-mx" and so on, for the states that the policy names. "retry", "error" and an
/// absent field are no verdict.
std::optional<Decision> undeliverable(const Policy& policy, const records::Line& recipient);

/// Remembers who was kept, by canonical key, so that the same address in another spelling (case,
/// IDN as A- or U-label) is kept once. The first one wins.
class Duplicates {
 public:
  explicit Duplicates(KeyHasher hasher) : hasher_(hasher) {}

  /// Notes the address; where it was noted before, the decision against it: "hygiene.duplicate".
  std::optional<Decision> note(const Address& address);

 private:
  KeyHasher hasher_;
  HashSet seen_;
};

}  // namespace hagaki::rules
