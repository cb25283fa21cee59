#pragma once

#include "cli/output.h"
#include "dnsbl/explain.h"
#include "report.h"

/// JSON lines, as they come.
class JsonReport : public Report {
 public:
  /// `explainer` may be null: then nothing is explained. Both must outlive the report.
  JsonReport(hagaki::cli::Output& out, const hagaki::dnsbl::Explainer* explainer)
      : out_(out), explainer_(explainer) {}

  bool add(const hagaki::dnsbl::Target& target, std::vector<hagaki::dnsbl::Listing> rows) override;
  bool disqualified(const hagaki::dnsbl::Zone& /*zone*/, hagaki::dnsbl::Kind /*kind*/,
                    const std::string& /*why*/) override {
    return false;
  }
  bool flush() override { return out_.flush(); }
  bool finish(const Tally& tally, const Ending& ending) override;

 private:
  hagaki::cli::Output& out_;
  const hagaki::dnsbl::Explainer* explainer_;
};
