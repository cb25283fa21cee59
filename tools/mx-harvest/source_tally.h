#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "row.h"

/// What came out of one source.
struct SourceCount {
  std::string name;              ///< as in messages; empty for what the command line holds itself
  std::uint64_t recipients = 0;  ///< addresses found
  std::uint64_t bad = 0;         ///< rows told as bad
  std::uint64_t no_ads = 0;      ///< recipients beside a notice against advertising mail
  std::uint64_t consent = 0;     ///< recipients with a basis of consent
};

/// Counts rows and bad rows by source, in the order of the sources.
class SourceTally {
 public:
  /// What is counted from now on belongs to this source.
  void begin(const std::string& name);
  /// The next batch is an empty one.
  void new_batch();
  /// Counts what `batch` has got since the last look at it.
  void count(const Batch& batch);

  [[nodiscard]] const std::vector<SourceCount>& sources() const { return sources_; }

 private:
  std::vector<SourceCount> sources_;
  std::size_t current_ = 0;
  std::size_t rows_ = 0;      ///< of the batch, counted already
  std::size_t problems_ = 0;  ///< the same
};
