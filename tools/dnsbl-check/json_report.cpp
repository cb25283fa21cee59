#include "json_report.h"

#include <optional>

#include "records/listing_record.h"

using namespace hagaki;

bool JsonReport::add(const dnsbl::Target& /*target*/, std::vector<dnsbl::Listing> rows) {
  for (const auto& row : rows) {
    const auto words = explainer_ != nullptr ? explainer_->explain(row) : std::nullopt;
    if (!out_.write_line(records::listing_record(row, words).line())) return false;
  }
  return true;
}

bool JsonReport::finish(const Tally& /*tally*/, const Ending& /*ending*/) {
  return out_.flush();
}
