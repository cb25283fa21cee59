#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "address/address.h"
#include "address/syntax.h"
#include "base/time.h"
#include "records/line.h"
#include "rules/decision.h"
#include "rules/disposable.h"
#include "rules/hash_table.h"
#include "rules/mistyped.h"
#include "rules/policy.h"

namespace hagaki::rules {

/// The decision against an address that does not parse: rule "hygiene.syntax". Where `spec` can be
/// mended, the evidence has the `suggestion`.
Decision bad_syntax(const Error& error, std::string_view spec);

/// The decision against a recipient whose domain cannot take mail by the record's `mx_status`: rule
/// "hygiene.null-mx" and so on, for the states that the policy names. "retry", "error" and an
/// absent field are no verdict.
std::optional<Decision> undeliverable(const Policy& policy, const records::Line& recipient);

/// Adds `suggestion`, an address, to the last piece of evidence.
void suggest(Decision& decision, std::string_view suggestion);

/// The rules of policy's [hygiene] that hold an action, for addresses that can be mailed.
class Hygiene {
 public:
  /// `engaged_since`: whose `last_engaged_at` is before it is inactive; nothing = nobody is asked.
  Hygiene(HygieneRules rules, DisposableDomains disposable, std::optional<Timestamp> engaged_since);

  /// The first rule against the recipient that drops, else the first that tags: "hygiene.obsolete",
  /// "hygiene.impossible-domain", "hygiene.mistyped", "hygiene.disposable", "hygiene.role",
  /// "hygiene.inactive". Its evidence has the `suggestion` where there is one.
  std::optional<Decision> judge(const AddressReading& reading, const records::Line& recipient);

  /// Recipients judged so far whose record has no `last_engaged_at` that can be read.
  [[nodiscard]] std::uint64_t without_engagement() const { return without_engagement_; }

 private:
  static constexpr std::size_t kMostDomains = 16384;
  struct OfDomain {
    std::optional<Mistyped> mistyped;
    std::string disposable;  ///< the entry that covers it
  };
  /// What is known of the domain; nullptr where that is nothing.
  const OfDomain* look_up(const std::string& domain);
  std::optional<Decision> inactive(const records::Line& recipient);

  HygieneRules rules_;
  DisposableDomains disposable_;
  std::optional<Timestamp> engaged_since_;
  std::uint64_t without_engagement_ = 0;
  /// The domains met, as a list has few of them again and again: those of which there is nothing to
  /// say, which are most, and what was found about the others. Begun anew at kMostDomains.
  HashSet plain_;
  std::unordered_map<std::string, OfDomain> known_;
};

}  // namespace hagaki::rules
