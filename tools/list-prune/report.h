#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "cli/table.h"
#include "drop_limit.h"
#include "records/line.h"
#include "rules/decision.h"

/// What a run came to.
struct Summary {
  std::uint64_t read = 0;
  std::uint64_t kept = 0;
  std::map<std::string, std::uint64_t> pruned;  ///< by rule
  std::map<std::string, std::uint64_t> tagged;  ///< by rule; they are among the kept
  DomainCounts domains;                         ///< where they were asked for
  /// Address and rule of those that stop rules kept from the campaign, where one is named.
  std::vector<std::pair<std::string, std::string>> held_back;
  bool past_limit = false;  ///< nothing was written, for too many would go
  std::uint64_t bad = 0;    ///< lines passed over, in all inputs

  [[nodiscard]] std::uint64_t pruned_total() const;
};

/// "300 read, 270 kept, 30 pruned (20 stop.userunknown, 10 hygiene.duplicate), 2 bad lines"
std::string summary_line(const Summary& summary);

/// The same as rows of rule and count.
hagaki::cli::Table summary_table(const Summary& summary);

/// The domains with the most pruned, at most 20 of them.
hagaki::cli::Table domain_table(const Summary& summary);

/// The pruned as a person wants to see them: address, rule, the last piece of evidence. Holds a
/// bounded number of rows, whatever the list's length.
class PrunedTable {
 public:
  PrunedTable();
  void add(const hagaki::records::Line& recipient, const hagaki::rules::Decision& decision);
  [[nodiscard]] std::string text(std::size_t columns, bool color) const;

 private:
  hagaki::cli::Table table_;
  std::uint64_t rows_ = 0;
};
