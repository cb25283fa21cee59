#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "rules/block_finder.h"
#include "rules/decision.h"

namespace hagaki::rules {

/// What failures for one reason mean for an address. data/policy.toml documents the fields.
struct StopRule {
  std::string reason;  ///< "mailboxfull"; hagaki-records(5) lists them
  int count = 1;       ///< failures in a row, each of another message; at least 1
  int days = 1;        ///< on how many different days at least; 1 to count
  Action action = Action::Drop;
  std::chrono::milliseconds hold{0};    ///< of Action::Hold
  std::chrono::milliseconds within{0};  ///< the failures lie in so long a time; 0: in any
  std::chrono::milliseconds forget{0};  ///< failures older than this do not count; 0: all do
  bool reset_by_delivery = true;        ///< a later delivery begins the row anew
  bool reset_by_engagement = true;      ///< so does a later sign that the person reads
};

/// Which feedback types (RFC 5965 §7.3) mean that the person wants no more mail.
struct FeedbackRule {
  bool on = true;
  std::vector<std::string> types;  ///< lower case
};

/// What is done about recipients in doubt: Action::Drop or Action::Tag; nothing where it is
/// ignored.
struct HygieneRules {
  using Choice = std::optional<Action>;
  Choice role;               ///< role accounts
  Choice disposable;         ///< domains of throw-away addresses
  Choice mistyped;           ///< next to a known domain, and may exist
  Choice impossible_domain;  ///< next to a known domain, under no top-level domain
  Choice obsolete;           ///< forms of RFC 5322 that no SMTP command can hold
  Choice inactive;           ///< who did not engage for the time that was asked for
};

/// What is done where a receiver refuses us all. data/policy.toml documents the fields.
struct BlockRule {
  bool on = true;
  BlockLimits limits;
  std::chrono::milliseconds hold = std::chrono::hours(7 * 24);  ///< from the last refusal
};

/// Who gets no further mail, as data.
struct Policy {
  std::vector<StopRule> stop;  ///< at most one for a reason
  BlockRule block;
  FeedbackRule complaint;
  FeedbackRule unsubscribe;            ///< unsubscribe records count as well as these types
  std::vector<std::string> mx_status;  ///< pruned by hygiene
  HygieneRules hygiene;
  std::chrono::minutes utc_offset{0};  ///< where a day begins

  /// The rule for `reason`; nullptr where it never counts.
  [[nodiscard]] const StopRule* find(std::string_view reason) const;
};

/// The embedded default.
Policy default_policy();

/// Reads a policy file (TOML) over the default: tables it names replace the default's, everything
/// else stays. Error::Config with "name:line" as context when it is not TOML, or holds a key,
/// reason, status or value that the policy does not know.
Result<Policy> parse_policy(std::string_view text, const std::string& name);

}  // namespace hagaki::rules
