#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "records/line.h"

namespace hagaki::rules {

/// What a recipient's record says about why it may be mailed. Views into the record.
struct ConsentFacts {
  std::string_view basis;       ///< consent.basis; empty = absent
  std::string_view evidence;    ///< consent.evidence
  std::string_view expires_at;  ///< consent.expires_at
  std::string_view ref;         ///< provenance.ref
  bool no_ads_notice = false;   ///< provenance.no_ads_notice
};

/// Reads them from a recipient.
ConsentFacts consent_facts(const records::Line& recipient);

/// Why a campaign must not go to a recipient.
struct Refusal {
  std::string_view name;  ///< "no-consent", "unknown-basis", "refused-basis", "no-proof",
                          ///< "consent-expired", "no-ads-notice"
  std::string text;       ///< for people, one clause
};

/// The bases on which a campaign may be sent, as data (data/consent.toml).
class ConsentRules {
 public:
  /// The embedded default.
  static ConsentRules builtin();
  /// Reads a file of the same form; it replaces the default. Error::Config with "name:line".
  static Result<ConsentRules> parse(std::string_view text, const std::string& name);

  /// Nothing when a campaign may go to this recipient at `now`. A time that cannot be read counts
  /// as passed. A notice against advertising beside a published address is heeded whatever the
  /// basis (JP Act 26 of 2002, Art. 3(1)(iv) and its ordinance).
  [[nodiscard]] std::optional<Refusal> refuse(const ConsentFacts& facts, Timestamp now) const;

 private:
  struct Basis {
    std::string name;  // lower case
    bool campaign = false;
    bool needs_ref = false;
    std::string meaning;
  };
  std::vector<Basis> bases_;
};

}  // namespace hagaki::rules
