#include "rules/duplicates.h"

#include <algorithm>
#include <map>

#include <toml++/toml.h>

#include "base/embedded.h"
#include "records/object.h"

HAGAKI_EMBEDDED(mailbox_spellings_toml)

namespace hagaki::rules {
namespace {

struct Spelling {
  std::string domain;  ///< the one they count as
  std::string ignored;
  char tag = '\0';
};

using Spellings = std::map<std::string, Spelling, std::less<>>;

Spellings read_spellings() {
  const toml::table root = toml::parse(embedded::mailbox_spellings_toml);
  Spellings out;
  for (const auto& node : *root["provider"].as_array()) {
    const auto& row = *node.as_table();
    const auto& domains = *row["domains"].as_array();
    for (const auto& domain : domains) {
      const auto name = domain.value_or(std::string());
      const bool one = row["one"].value_or(false);
      out[name] = {one ? domains[0].value_or(std::string()) : name,
                   row["ignored"].value_or(std::string()),
                   row["tag"].value_or(std::string("\0", 1))[0]};
    }
  }
  return out;
}

/// The key as its provider delivers; the key itself where nothing is known, or nothing would be
/// left.
std::string provider_key(const std::string& key, std::string_view domain) {
  static const Spellings kSpellings = read_spellings();
  const auto found = kSpellings.find(domain);
  if (found == kSpellings.end() || key.front() == '"') return key;
  const Spelling& spelling = found->second;
  std::string local = key.substr(0, key.size() - domain.size() - 1);
  const auto tag = local.find(spelling.tag);
  if (tag != std::string::npos) local.resize(tag);
  local.erase(std::remove_if(local.begin(), local.end(),
                             [&](char c) { return spelling.ignored.find(c) != std::string::npos; }),
              local.end());
  return local.empty() ? key : local + "@" + spelling.domain;
}

}  // namespace

std::optional<SameAddress> same_address_named(std::string_view name) {
  if (name == "exact") return SameAddress::Exact;
  if (name == "fold") return SameAddress::Fold;
  if (name == "provider") return SameAddress::Provider;
  if (name == "off") return SameAddress::Off;
  return std::nullopt;
}

std::string comparison_key(const Address& address, SameAddress mode) {
  if (mode == SameAddress::Exact) return address.envelope();
  if (mode == SameAddress::Provider) return provider_key(address.key(), address.domain().ascii());
  return address.key();
}

std::optional<Decision> Duplicates::note(const Address& address, std::uint64_t hash) {
  if (mode_ == SameAddress::Off) return std::nullopt;
  if (mode_ != SameAddress::Fold) hash = hasher_(comparison_key(address, mode_));
  if (seen_.insert(hash).second) return std::nullopt;
  const std::string key = comparison_key(address, mode_);
  records::Object evidence;
  evidence.add("key", key);
  Decision out;
  out.rule = "hygiene.duplicate";
  out.evidence.push_back(evidence.line());
  return out;
}

}  // namespace hagaki::rules
