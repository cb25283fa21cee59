#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "cli/exit.h"
#include "cli/output.h"
#include "report.h"

/// The output of a monitoring plugin (Monitoring Plugins Development Guidelines): one line of
/// status with performance data, then a line for each listing.
class NagiosReport : public Report {
 public:
  /// `out` must outlive the report.
  explicit NagiosReport(hagaki::cli::Output& out) : out_(out) {}

  bool add(const hagaki::dnsbl::Target& target, std::vector<hagaki::dnsbl::Listing> rows) override;
  bool disqualified(const hagaki::dnsbl::Zone& zone, hagaki::dnsbl::Kind kind,
                    const std::string& why) override;
  bool flush() override { return true; }
  bool finish(const Tally& tally, const Ending& ending) override;

 private:
  hagaki::cli::Output& out_;
  std::string first_target_;
  std::size_t targets_ = 0;
  struct Line {
    const hagaki::dnsbl::Zone* zone;
    hagaki::dnsbl::Kind kind;
    std::string head;  ///< "192.0.2.25 by bl.example"
    std::string text;
  };
  std::vector<Line> listed_;  ///< the first of each list and kind of target
  std::map<std::pair<const hagaki::dnsbl::Zone*, hagaki::dnsbl::Kind>, std::size_t> lines_of_;
};

/// The status a plugin ends with: 0 OK, 1 WARNING (listed, but by no list that large receivers
/// refuse mail by), 2 CRITICAL (listed by one of those), 3 UNKNOWN.
int nagios_status(const Tally& tally, hagaki::cli::Exit exit);

/// What a plugin says where it could not run at all.
std::string nagios_unknown(const std::string& why);
