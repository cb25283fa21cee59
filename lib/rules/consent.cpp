#include "rules/consent.h"

#include <cassert>

#include <fmt/core.h>
#include <toml++/toml.h>

#include "base/embedded.h"
#include "base/text.h"
#include "records/json_scan.h"

HAGAKI_EMBEDDED(consent_toml)

namespace hagaki::rules {

ConsentFacts consent_facts(const records::Line& recipient) {
  ConsentFacts facts;
  facts.basis = trim(recipient.member("consent", "basis").value_or(""));
  facts.evidence = trim(recipient.member("consent", "evidence").value_or(""));
  facts.expires_at = trim(recipient.member("consent", "expires_at").value_or(""));
  facts.ref = trim(recipient.member("provenance", "ref").value_or(""));
  if (const auto provenance = recipient.find("provenance");
      provenance && provenance->starts_with('{')) {
    records::scan_object(*provenance, [&facts](std::size_t, std::string_view key,
                                               std::string_view value, std::size_t) {
      // Anything but a plain "no" is a notice: the doubt is the sender's.
      if (key == "no_ads_notice") facts.no_ads_notice = value != "false" && value != "null";
    });
  }
  return facts;
}

ConsentRules ConsentRules::builtin() {
  auto rules = parse(embedded::consent_toml, "consent.toml");
  assert(rules);
  return std::move(*rules);
}

Result<ConsentRules> ConsentRules::parse(std::string_view text, const std::string& name) {
  toml::table root;
  try {
    root = toml::parse(text);
  } catch (const toml::parse_error& error) {
    return fail(ErrorCode::Config, std::string(error.description()),
                fmt::format("{}:{}", name, error.source().begin.line));
  }
  const auto wrong = [&name](const toml::node& node, std::string what) {
    return fail(ErrorCode::Config, std::move(what),
                fmt::format("{}:{}", name, node.source().begin.line));
  };
  ConsentRules rules;
  for (const auto& [key, node] : root) {
    const toml::array* bases = node.as_array();
    if (key != "basis" || bases == nullptr) {
      return wrong(node, fmt::format("no such setting \"{}\"", printable(key.str())));
    }
    for (const toml::node& item : *bases) {
      const toml::table* table = item.as_table();
      if (table == nullptr) return wrong(item, "a basis is a table");
      Basis basis;
      for (const auto& [field, value] : *table) {
        if (field == "name" && value.is_string()) {
          basis.name = ascii_lower(**value.as_string());
        } else if (field == "campaign" && value.is_boolean()) {
          basis.campaign = **value.as_boolean();
        } else if (field == "needs" && value.value<std::string_view>() == "ref") {
          basis.needs_ref = true;
        } else if (field == "meaning" && value.is_string()) {
          basis.meaning = **value.as_string();
        } else if (field != "source" || !value.is_string()) {
          return wrong(value,
                       fmt::format("\"{}\" of a basis is not understood", printable(field.str())));
        }
      }
      if (basis.name.empty()) return wrong(item, "a basis needs a name");
      rules.bases_.push_back(std::move(basis));
    }
  }
  if (rules.bases_.empty()) return fail(ErrorCode::Config, "no [[basis]] in it", name);
  return rules;
}

std::optional<Refusal> ConsentRules::refuse(const ConsentFacts& facts, Timestamp now) const {
  if (facts.no_ads_notice) {
    return Refusal{"no-ads-notice", "the address is published with a notice against advertising"};
  }
  if (facts.basis.empty()) {
    return Refusal{"no-consent", "the record has no consent.basis"};
  }
  const std::string name = ascii_lower(facts.basis);
  const Basis* found = nullptr;
  for (const Basis& basis : bases_) {
    if (basis.name == name) found = &basis;
  }
  if (found == nullptr) {
    return Refusal{"unknown-basis", fmt::format("consent.basis \"{}\" is not among the known ones",
                                                printable(facts.basis))};
  }
  if (!found->campaign) {
    return Refusal{"refused-basis",
                   fmt::format("consent.basis \"{}\" is no ground for a campaign: {}", found->name,
                               found->meaning)};
  }
  if (found->needs_ref && facts.ref.empty() && facts.evidence.empty()) {
    return Refusal{"no-proof", fmt::format("consent.basis \"{}\" needs provenance.ref or "
                                           "consent.evidence: where the address is published",
                                           found->name)};
  }
  if (!facts.expires_at.empty()) {
    const auto expires = parse_rfc3339(facts.expires_at);
    if (!expires) {
      return Refusal{"consent-expired", fmt::format("consent.expires_at \"{}\" is no time",
                                                    printable(facts.expires_at))};
    }
    if (*expires <= now) {
      return Refusal{"consent-expired",
                     fmt::format("consent expired at {}", format_rfc3339(*expires))};
    }
  }
  return std::nullopt;
}

}  // namespace hagaki::rules
