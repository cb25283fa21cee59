#include "rules/consent.h"

#include <cassert>

#include <fmt/core.h>

#include "base/embedded.h"
#include "base/loose_time.h"
#include "base/text.h"
#include "rules/toml_text.h"

HAGAKI_EMBEDDED(consent_toml)

namespace hagaki::rules {

ConsentFacts consent_facts(const records::Line& recipient) {
  using Notice = ConsentFacts::Notice;
  const auto member = [&recipient](std::string_view object, std::string_view name) {
    return trim(recipient.member(object, name).value_or(""));
  };
  ConsentFacts facts;
  facts.basis = member("consent", "basis");
  facts.evidence = member("consent", "evidence");
  facts.expires_at = member("consent", "expires_at");
  const auto expires = recipient.raw_member("consent", "expires_at").value_or("null");
  if (expires != "null" && !expires.starts_with('"')) facts.expires_at = expires;
  facts.method = member("provenance", "method");
  facts.ref = member("provenance", "ref");
  facts.found_at = member("provenance", "at");
  const auto notice = recipient.raw_member("provenance", "no_ads_notice").value_or("null");
  facts.notice = notice == "false"  ? Notice::None
                 : notice == "null" ? Notice::Unknown
                                    : Notice::There;
  return facts;
}

ConsentRules ConsentRules::builtin() {
  auto rules = parse(embedded::consent_toml, "consent.toml");
  assert(rules);
  return std::move(*rules);
}

Result<ConsentRules> ConsentRules::parse(std::string_view text, const std::string& name) {
  const auto root = parse_toml(text, name);
  if (!root) return tl::unexpected(root.error());
  const auto wrong = [&name](const toml::node& node, std::string what) {
    return fail(ErrorCode::Config, std::move(what),
                fmt::format("{}:{}", name, node.source().begin.line));
  };
  ConsentRules rules;
  for (const auto& [key, node] : *root) {
    const toml::array* bases = node.as_array();
    if (key != "basis" || bases == nullptr) {
      return wrong(node, fmt::format("no such setting \"{}\"", printable(key.str())));
    }
    for (const toml::node& item : *bases) {
      const toml::table* table = item.as_table();
      if (table == nullptr) return wrong(item, "a basis is a table");
      Basis basis;
      bool named = false;
      for (const auto& [field, value] : *table) {
        if (field == "name" && value.is_string()) {
          basis.names.insert(basis.names.begin(), ascii_lower(**value.as_string()));
          named = true;
        } else if (const auto* aliases = field == "aliases" ? value.as_array() : nullptr) {
          for (const toml::node& alias : *aliases) {
            if (!alias.is_string()) return wrong(alias, "an alias is a text");
            basis.names.push_back(ascii_lower(**alias.as_string()));
          }
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
      if (!named || basis.names.front().empty()) return wrong(item, "a basis needs a name");
      rules.bases_.push_back(std::move(basis));
    }
  }
  if (rules.bases_.empty()) return fail(ErrorCode::Config, "no [[basis]] in it", name);
  return rules;
}

const ConsentRules::Basis* ConsentRules::find(std::string_view name) const {
  const std::string lower = ascii_lower(name);
  for (const Basis& basis : bases_) {
    for (const std::string& known : basis.names) {
      if (known == lower) return &basis;
    }
  }
  return nullptr;
}

std::optional<Refusal> ConsentRules::forbids(const ConsentFacts& facts, Timestamp now) const {
  if (facts.notice == ConsentFacts::Notice::There) {
    return Refusal{"no-ads-notice", "the address is published with a notice against advertising"};
  }
  if (!facts.basis.empty()) {
    const Basis* found = find(facts.basis);
    if (found == nullptr) {
      return Refusal{
          "unknown-basis",
          fmt::format("consent.basis \"{}\" is not among the known ones", printable(facts.basis))};
    }
    if (!found->campaign) {
      return Refusal{"refused-basis",
                     fmt::format("consent.basis \"{}\" is no ground for a campaign: {}",
                                 found->names.front(), found->meaning)};
    }
  }
  if (facts.expires_at.empty()) return std::nullopt;
  const auto expires = parse_loose_time(facts.expires_at);
  if (!expires) {
    return Refusal{"consent-expired", fmt::format("consent.expires_at \"{}\" is no time",
                                                  printable(facts.expires_at))};
  }
  if (*expires > now) return std::nullopt;
  return Refusal{"consent-expired", fmt::format("consent expired at {}", format_rfc3339(*expires))};
}

std::optional<Refusal> ConsentRules::lacks(const ConsentFacts& facts) const {
  if (facts.basis.empty()) return Refusal{"no-consent", "the record has no consent.basis"};
  const Basis* found = find(facts.basis);
  if (found != nullptr && found->needs_ref && facts.ref.empty() && facts.evidence.empty()) {
    return Refusal{"no-proof", fmt::format("consent.basis \"{}\" needs provenance.ref or "
                                           "consent.evidence: where the address is published",
                                           found->names.front())};
  }
  return std::nullopt;
}

Result<void> ConsentRules::check_basis(std::string_view name) const {
  const Basis* found = find(name);
  if (found != nullptr && found->campaign) return {};
  if (found != nullptr) {
    return fail(ErrorCode::Config, fmt::format("basis \"{}\" is no ground for a campaign: {}",
                                               found->names.front(), found->meaning));
  }
  std::string known;
  for (const Basis& basis : bases_) {
    if (basis.campaign) known += (known.empty() ? "" : ", ") + basis.names.front();
  }
  return fail(ErrorCode::Config,
              fmt::format("basis \"{}\" is not among the known ones: {}", printable(name), known));
}

}  // namespace hagaki::rules
