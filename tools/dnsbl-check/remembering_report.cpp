#include "remembering_report.h"

using namespace hagaki;

bool RememberingReport::add(const dnsbl::Target& target, std::vector<dnsbl::Listing> rows) {
  return good(known_.compare(rows)) && inner_->add(target, std::move(rows));
}

bool RememberingReport::disqualified(const dnsbl::Zone& zone, dnsbl::Kind kind,
                                     const std::string& why) {
  known_.disqualified(zone, kind);
  return inner_->disqualified(zone, kind, why);
}

bool RememberingReport::finish(const Tally& tally, const Ending& ending) {
  return inner_->finish(tally, ending) && good(known_.save());
}

bool RememberingReport::good(const Result<void>& result) {
  if (!result) log_.error(result.error().text());
  return result.has_value();
}
