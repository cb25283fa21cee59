#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/exit.h"
#include "list_reader.h"
#include "row.h"
#include "source_tally.h"

/// Everything the command line names, one after the other: files, Maildirs, standard input,
/// addresses, domains.
class Sources {
 public:
  /// No name means standard input. A name that is a file is one; else it is an address when it has
  /// an "@", a domain when mail can go to it, and else a file that is not there. `settings` must
  /// outlive this.
  Sources(std::vector<std::string> names, const Settings& settings);

  /// Fills `batch`, which is empty; false when all sources are through. May wait for standard
  /// input, so it can be called from a thread of its own, one call at a time.
  bool read(Batch& batch);

  /// Bytes of all sources together; nothing where one of them has no size (a pipe, a page).
  [[nodiscard]] std::optional<std::uint64_t> bytes_total() const { return bytes_total_; }
  /// What came out of each source; not to be called while read() is at work.
  [[nodiscard]] const std::vector<SourceCount>& counts() const { return tally_.sources(); }

  /// The worst that happened to a source: NoInput, Io or Config; Ok when nothing did.
  [[nodiscard]] hagaki::cli::Exit worst() const { return worst_; }

 private:
  bool fill(Batch& batch);
  void open_next(Batch& batch);
  [[nodiscard]] std::uint64_t bytes_read() const;
  void fail_source(hagaki::Error error, hagaki::cli::Exit exit, Batch& batch);

  std::vector<std::string> names_;
  const Settings& settings_;
  std::size_t next_ = 0;
  std::unique_ptr<ListReader> file_;
  int fd_ = -1;                     ///< what file_ reads
  std::uint64_t bytes_before_ = 0;  ///< of the sources before it
  std::optional<std::uint64_t> bytes_total_;
  SourceTally tally_;
  hagaki::cli::Exit worst_ = hagaki::cli::Exit::Ok;
};
