#include "preflight/gathered.h"

#include <algorithm>
#include <functional>
#include <set>
#include <tuple>

namespace hagaki::preflight {
namespace {

constexpr std::size_t kDetails = 5;

}  // namespace

void Gathered::add(const std::vector<Finding>& findings, std::string_view recipient) {
  std::set<Entry*> told;  // by this message
  entries_.reserve(entries_.size() + findings.size());
  for (const Finding& finding : findings) {
    auto entry = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) {
      return e.id == finding.id && e.unknown == finding.unknown;
    });
    if (entry == entries_.end()) {
      entries_.push_back({finding.id, finding.unknown, {}, 0, 0, {}});
      seen_.emplace_back();
      entry = entries_.end() - 1;
    }
    auto& seen = seen_[static_cast<std::size_t>(entry - entries_.begin())];
    if (!finding.detail.empty() && seen.insert(std::hash<std::string>()(finding.detail)).second) {
      if (entry->details.size() < kDetails) {
        entry->details.push_back(finding.detail);
      } else {
        ++entry->more;
      }
    }
    if (recipient.empty() || !told.insert(&*entry).second) continue;
    if (entry->messages++ == 0) entry->first = recipient;
  }
}

std::vector<Gathered::Entry> Gathered::entries(const Catalogue& catalogue) const {
  std::vector<Entry> out = entries_;
  const auto rank = [&catalogue](const Entry& entry) {
    const Row& row = catalogue.of(entry.id);
    return std::tuple(row.severity, entry.unknown, &row - catalogue.rows().data());
  };
  std::sort(out.begin(), out.end(),
            [&rank](const Entry& a, const Entry& b) { return rank(a) < rank(b); });
  return out;
}

}  // namespace hagaki::preflight
