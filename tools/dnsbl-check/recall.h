#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/input.h"
#include "cli/log.h"
#include "dnsbl/listing.h"
#include "records/reader.h"

/// What an earlier run over the same targets found out, from the records that it wrote: they come
/// in the order of the targets, so no more than one target's is held.
class Recall {
 public:
  /// Reads the records of `path`. A line that cannot be read, as the last one of a run that was cut
  /// may be, is told to `log`, which must outlive it. Error::Unsupported where `path` is what
  /// standard output writes to, else as cli::open_input().
  static hagaki::Result<std::unique_ptr<Recall>> open(const std::string& path,
                                                      hagaki::cli::Log& log);

  /// Fills in what the zone said of the target, where it came to a verdict. To be called in the
  /// order of the targets.
  bool fill(hagaki::dnsbl::Listing& listing);
  /// Says how much of the file was used, and warns where some fits no target.
  void finish();

 private:
  struct Row {
    std::string query;
    std::string zone;
    hagaki::dnsbl::Listing listing;
    std::uint64_t line = 0;
  };
  Recall(hagaki::cli::Input input, hagaki::cli::Log& log);
  void read_group();
  std::optional<Row> read_row();

  hagaki::cli::Input input_;
  hagaki::cli::Log& log_;
  hagaki::records::Reader reader_;
  std::string query_;       ///< of the rows at hand; empty at the end
  std::uint64_t line_ = 0;  ///< where they begin
  std::vector<Row> rows_;
  std::optional<Row> next_;  ///< the first one of the rows behind them
  bool wanted_ = false;      ///< their target has come
  std::uint64_t filled_ = 0;
};
