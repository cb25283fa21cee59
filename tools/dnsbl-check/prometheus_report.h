#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "cli/output.h"
#include "report.h"

/// Prometheus' text format, for the textfile collector of its node exporter: all at the end, for
/// samples of one metric stand together.
class PrometheusReport : public Report {
 public:
  /// `out` must outlive the report; `now` gives the time that the run ended.
  PrometheusReport(hagaki::cli::Output& out, std::function<hagaki::Timestamp()> now)
      : out_(out), now_(std::move(now)) {}

  bool add(const hagaki::dnsbl::Target& target, std::vector<hagaki::dnsbl::Listing> rows) override;
  bool disqualified(const hagaki::dnsbl::Zone& zone, hagaki::dnsbl::Kind kind,
                    const std::string& why) override;
  bool flush() override { return true; }
  bool finish(const Tally& tally, const Ending& ending) override;

 private:
  hagaki::cli::Output& out_;
  std::function<hagaki::Timestamp()> now_;
  struct Sample {
    const hagaki::dnsbl::Zone* zone;
    hagaki::dnsbl::Kind kind;
    hagaki::dnsbl::Outcome outcome;
    std::string labels;
  };
  std::size_t targets_ = 0;
  std::size_t left_out_ = 0;
  std::vector<Sample> samples_;
};
