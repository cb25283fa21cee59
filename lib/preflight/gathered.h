#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "preflight/catalogue.h"
#include "preflight/finding.h"

namespace hagaki::preflight {

/// Findings of many messages, each told once.
class Gathered {
 public:
  struct Entry {
    Id id;
    bool unknown = false;
    std::vector<std::string> details;  ///< different ones, five at most
    std::size_t more = 0;              ///< further different details that were left out
    std::size_t messages = 0;          ///< of how many recipients' messages; 0 = of none of theirs
    std::string first;                 ///< the first of these recipients
  };

  /// Adds the findings about one recipient's message, or with no recipient those about all.
  void add(const std::vector<Finding>& findings, std::string_view recipient = {});

  /// Errors before warnings, in the catalogue's order, what was left unchecked behind what is
  /// wrong.
  [[nodiscard]] std::vector<Entry> entries(const Catalogue& catalogue) const;

 private:
  std::vector<Entry> entries_;
  std::vector<std::unordered_set<std::size_t>> seen_;  // hashes of the details of each
};

}  // namespace hagaki::preflight
