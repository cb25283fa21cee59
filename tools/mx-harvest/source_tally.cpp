#include "source_tally.h"

#include <algorithm>

using namespace hagaki;

void SourceTally::begin(const std::string& name) {
  // The arguments count as one source, wherever among the files they stand.
  if (name.empty()) {
    const auto at = std::find_if(sources_.begin(), sources_.end(),
                                 [](const SourceCount& source) { return source.name.empty(); });
    current_ = static_cast<std::size_t>(at - sources_.begin());
  } else {
    current_ = sources_.size();
  }
  if (current_ == sources_.size()) sources_.emplace_back().name = name;
}

void SourceTally::new_batch() {
  rows_ = 0;
  problems_ = 0;
}

void SourceTally::count(const Batch& batch) {
  if (sources_.empty()) return;
  auto& source = sources_[current_];
  for (; rows_ < batch.rows.size(); ++rows_) {
    const Row& row = batch.rows[rows_];
    source.recipients += row.recipients;
    source.no_ads += row.no_ads_notice ? 1 : 0;
    source.consent += row.has_consent ? 1 : 0;
  }
  for (; problems_ < batch.problems.size(); ++problems_) {
    if (is_bad_row(batch.problems[problems_])) ++source.bad;
  }
}
