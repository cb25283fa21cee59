#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "records/line.h"

namespace hagaki::rules {

/// What a recipient's record says about why it may be mailed. Views into the record; empty =
/// absent.
struct ConsentFacts {
  /// Whether the address stands beside a notice against advertising.
  enum class Notice {
    Unknown,  ///< nobody looked
    None,     ///< looked for and not found
    There,
  };
  std::string_view basis;           ///< consent.basis
  std::string_view evidence;        ///< consent.evidence
  std::string_view expires_at;      ///< consent.expires_at; raw JSON where it is no text
  std::string_view method;          ///< provenance.method
  std::string_view ref;             ///< provenance.ref
  std::string_view found_at;        ///< provenance.at
  Notice notice = Notice::Unknown;  ///< provenance.no_ads_notice
};

/// Reads them from a recipient. Anything but a plain "no" is a notice: the doubt is the sender's.
ConsentFacts consent_facts(const records::Line& recipient);

/// Why a campaign must not go to a recipient.
struct Refusal {
  std::string_view name;  ///< of the rule, "no-consent"; a text that lives as long as the program
  std::string text;       ///< for people, one clause
};

/// The bases on which a campaign may be sent, as data (data/consent.toml).
class ConsentRules {
 public:
  /// The embedded default.
  static ConsentRules builtin();
  /// Reads a file of the same form; it replaces the default. Error::Config with "name:line".
  static Result<ConsentRules> parse(std::string_view text, const std::string& name);

  /// What stands in the record and forbids a campaign at `now`: "no-ads-notice", "unknown-basis",
  /// "refused-basis", "consent-expired". A time that cannot be read counts as passed. A notice
  /// against advertising beside a published address is heeded whatever the basis (JP Act 26 of
  /// 2002, Art. 3(1)(iv) and its ordinance).
  [[nodiscard]] std::optional<Refusal> forbids(const ConsentFacts& facts, Timestamp now) const;
  /// What a campaign needs and the record lacks: "no-consent", "no-proof".
  [[nodiscard]] std::optional<Refusal> lacks(const ConsentFacts& facts) const;
  /// Whether a campaign may be sent on this basis. Error::Config says why not, and what is known.
  [[nodiscard]] Result<void> check_basis(std::string_view name) const;

 private:
  struct Basis {
    std::vector<std::string> names;  // lower case; the first is the name, the others its aliases
    bool campaign = false;
    bool needs_ref = false;
    std::string meaning;
  };
  [[nodiscard]] const Basis* find(std::string_view name) const;
  std::vector<Basis> bases_;
};

}  // namespace hagaki::rules
