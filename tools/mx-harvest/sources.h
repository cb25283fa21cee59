#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "cli/exit.h"
#include "list_reader.h"
#include "row.h"

/// Everything the command line names, one after the other: files, Maildirs, standard input,
/// addresses, domains.
class Sources {
 public:
  /// No name means standard input. A name that is a file is one; else it is an address when it has
  /// an "@", a domain when mail can go to it, and else a file that is not there. `settings` must
  /// outlive this.
  Sources(std::vector<std::string> names, const Settings& settings);

  /// Adds to `batch`; false when all sources are through. May wait for standard input, so it can be
  /// called from a thread of its own, one call at a time.
  bool read(Batch& batch);

  /// The worst that happened to a source: NoInput, Io or Config; Ok when nothing did.
  [[nodiscard]] hagaki::cli::Exit worst() const { return worst_; }

 private:
  void open_next(Batch& batch);
  void fail_source(hagaki::Error error, hagaki::cli::Exit exit, Batch& batch);

  std::vector<std::string> names_;
  const Settings& settings_;
  std::size_t next_ = 0;
  std::unique_ptr<ListReader> file_;
  hagaki::cli::Exit worst_ = hagaki::cli::Exit::Ok;
};
