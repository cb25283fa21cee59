#include "changes_report.h"

using namespace hagaki;

bool ChangesReport::add(const dnsbl::Target& target, std::vector<dnsbl::Listing> rows) {
  std::erase_if(rows, [](const auto& row) { return row.change == dnsbl::Change::None; });
  if (rows.empty()) return true;
  for (const auto& row : rows) count_.count(row.change);
  held_.push_back({target, std::move(rows)});
  return true;
}

bool ChangesReport::disqualified(const dnsbl::Zone& zone, dnsbl::Kind kind,
                                 const std::string& /*why*/) {
  for (auto& changed : held_) {
    std::erase_if(changed.rows, [&](const auto& row) {
      const bool refuted = is_refuted(row, zone, kind);
      if (refuted) count_.take_back(row.change);
      return refuted;
    });
  }
  std::erase_if(held_, [](const auto& changed) { return changed.rows.empty(); });
  return true;
}

bool ChangesReport::finish(const Tally& tally, const Ending& ending) {
  if (count_.fresh + count_.delisted == 0) return inner_->flush();
  for (auto& changed : held_) {
    if (!inner_->add(changed.target, std::move(changed.rows))) return false;
  }
  return inner_->finish(tally, ending);
}
