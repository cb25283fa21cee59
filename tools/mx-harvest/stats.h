#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "domains.h"
#include "source_tally.h"

/// What a run came to, for --stats: recipients by where their mail goes and by provider.
class Stats {
 public:
  void add(const DomainFacts& facts, std::uint64_t recipients);

  /// Tables by state (where DNS was asked), provider (the 20 with the most) and source (the first
  /// 20), each line within `columns`, in the language `lang`.
  [[nodiscard]] std::string text(const std::vector<SourceCount>& sources, std::size_t columns,
                                 bool color, std::string_view lang) const;

 private:
  std::map<std::string, std::uint64_t> by_status_;
  std::map<std::string, std::uint64_t> by_provider_;
};
