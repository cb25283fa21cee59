#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "report.h"

/// Passes on what changed, and what is still listed beside it, at the end; where nothing changed,
/// nothing, so that cron sends no mail.
class ChangesReport : public Report {
 public:
  explicit ChangesReport(std::unique_ptr<Report> inner) : inner_(std::move(inner)) {}

  bool add(const hagaki::dnsbl::Target& target, std::vector<hagaki::dnsbl::Listing> rows) override;
  bool disqualified(const hagaki::dnsbl::Zone& zone, hagaki::dnsbl::Kind kind,
                    const std::string& why) override;
  bool flush() override { return inner_->flush(); }
  bool finish(const Tally& tally, const Ending& ending) override;

 private:
  struct Changed {
    hagaki::dnsbl::Target target;
    std::vector<hagaki::dnsbl::Listing> rows;
  };
  std::unique_ptr<Report> inner_;
  std::vector<Changed> held_;
  ChangeCount count_;
};
