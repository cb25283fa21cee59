#pragma once

#include <memory>
#include <string>

#include "cli/input.h"
#include "row.h"

/// One file, or standard input, read bit by bit into rows. What kind of list it is shows in its
/// first bytes.
class FileSource {
 public:
  /// `settings` must outlive the source.
  FileSource(hagaki::cli::Input input, const Settings& settings);
  ~FileSource();

  /// Adds to `batch` until it has `most` rows and problems, or as many as there are without waiting
  /// for more input (at least one). False at the end of the file. Error::Io when reading failed,
  /// Error::Config when the settings do not fit the file: both end it.
  hagaki::Result<bool> read(Batch& batch, std::size_t most);

  class Reader;

 private:
  hagaki::Result<void> open();
  hagaki::cli::Input input_;
  const Settings& settings_;
  std::unique_ptr<Reader> reader_;
};
