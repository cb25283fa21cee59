#pragma once

#include <memory>
#include <string>

#include "list_reader.h"

/// One file, or standard input. What kind of list it is shows in its first bytes, and else in its
/// name.
class FileSource : public ListReader {
 public:
  /// `settings` must outlive the source.
  FileSource(hagaki::cli::Input input, const Settings& settings);

  hagaki::Result<bool> read(Batch& batch, std::size_t most) override;

 private:
  hagaki::Result<void> open();
  hagaki::cli::Input input_;
  const Settings& settings_;
  std::unique_ptr<ListReader> reader_;
};
