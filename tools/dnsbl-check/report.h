#pragma once

#include <string>
#include <vector>

#include "cli/exit.h"
#include "dnsbl/listing.h"
#include "tally.h"

/// How a run ended.
struct Ending {
  hagaki::cli::Exit exit = hagaki::cli::Exit::Ok;
  std::string trouble;  ///< why it could not be judged; else empty
};

/// Where listings go, in one of the formats.
class Report {
 public:
  Report() = default;
  Report(const Report&) = delete;
  Report& operator=(const Report&) = delete;
  virtual ~Report() = default;

  /// Takes the listings of one target, of which there are some. False when nobody reads any more or
  /// writing failed.
  virtual bool add(const hagaki::dnsbl::Target& target,
                   std::vector<hagaki::dnsbl::Listing> rows) = 0;
  /// `zone` was found out to list all targets of `kind`: its listings of such that were taken are
  /// none. True when none of them has been written.
  virtual bool disqualified(const hagaki::dnsbl::Zone& zone, hagaki::dnsbl::Kind kind,
                            const std::string& why) = 0;
  /// Hands what was written to the kernel. Same return as add().
  virtual bool flush() = 0;
  /// Writes what comes last, or all that is only known now, and flushes. Same return.
  virtual bool finish(const Tally& tally, const Ending& ending) = 0;
};
