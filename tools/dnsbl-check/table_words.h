#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "dnsbl/listing.h"
#include "tally.h"

/// What stands in the table, in one language.
struct TableWords {
  const char* target;
  const char* result;
  const char* zone;
  const char* meaning;
  const char* rated;
  const char* allowed;
  const char* clean;
  const char* listed;
  const char* refused;
  const char* error;
  const char* timeout;
  const char* fresh;
  const char* still;
  const char* delisted;
  const char* pages;    ///< the line above the lists with an entry
  const char* no_page;  ///< where a list's page for removal is not known
  bool japanese;

  /// What the column for results says.
  [[nodiscard]] std::string_view of(const hagaki::dnsbl::Listing& listing) const;
  /// What the column for meanings says: `said`, and for what was known before, since when.
  [[nodiscard]] std::string meaning_of(const hagaki::dnsbl::Listing& listing,
                                       const std::string& said) const;
  /// What is new since the last run, as one sentence; empty where nothing is known of before.
  [[nodiscard]] std::string changes(const ChangeCount& count) const;
  /// "3 targets"
  [[nodiscard]] std::string targets(std::size_t count) const;
  /// "a, b, c and 4 more"
  [[nodiscard]] std::string some_of(const std::vector<std::string>& names, std::size_t most) const;
  /// "and 4 more listings (--json shows all)"
  [[nodiscard]] std::string left_out(std::size_t count) const;
  /// The outcome of a run as one sentence. `only` names the only target and is empty for several.
  [[nodiscard]] std::string outcome(const Tally& tally, const std::string& only) const;
};

/// In "en" or "ja"; any other gets English. Lives as long as the program.
const TableWords& table_words(std::string_view language);
