#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "dnsbl/listing.h"
#include "dnsbl/phrases.h"

namespace hagaki::dnsbl {

/// A listing in words: why it is there, and what to do about it.
struct Explanation {
  std::string cause;
  std::string remedy;
  std::string delivery;  ///< which receivers refuse mail by it; empty but for block lists
};

/// Explains listings in one language, from data/listing-texts.json.
class Explainer {
 public:
  /// `language` is "en" or "ja"; any other gets English.
  static Result<Explainer> builtin(std::string_view language);

  /// Nothing for a target that is not listed.
  [[nodiscard]] std::optional<Explanation> explain(const Listing& listing) const;
  /// What an entry on this list means for delivery: who is known to refuse mail by it. Empty for
  /// lists that are no block lists.
  [[nodiscard]] std::string delivery(const Zone& zone) const;
  /// A meaning as lists and judge() give it, in the language.
  [[nodiscard]] std::string in_words(std::string_view meaning) const {
    return phrases_.of(meaning);
  }

 private:
  [[nodiscard]] std::string text(const std::string& key, const Listing& listing) const;
  std::map<std::string, std::string> texts_;  ///< by "cause/address"
  Phrases phrases_;
};

}  // namespace hagaki::dnsbl
