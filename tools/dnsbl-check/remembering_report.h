#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "cli/log.h"
#include "report.h"
#include "store/known_listings.h"

/// Says of each listing what it is beside the run before. What was reported is remembered only once
/// all is written: what nobody read is reported again.
class RememberingReport : public Report {
 public:
  /// `known` and `log` must outlive the report; failures of `known` are told to `log`.
  RememberingReport(std::unique_ptr<Report> inner, hagaki::store::KnownListings& known,
                    hagaki::cli::Log& log)
      : inner_(std::move(inner)), known_(known), log_(log) {}

  bool add(const hagaki::dnsbl::Target& target, std::vector<hagaki::dnsbl::Listing> rows) override;
  bool disqualified(const hagaki::dnsbl::Zone& zone, hagaki::dnsbl::Kind kind,
                    const std::string& why) override;
  bool flush() override { return inner_->flush(); }
  bool finish(const Tally& tally, const Ending& ending) override;

 private:
  bool good(const hagaki::Result<void>& result);
  std::unique_ptr<Report> inner_;
  hagaki::store::KnownListings& known_;
  hagaki::cli::Log& log_;
};
