#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harvest/lines.h"
#include "list_reader.h"

/// A reader of lines in any encoding.
class LineList : public ListReader {
 public:
  explicit LineList(const ListFile& file);

  hagaki::Result<bool> read(Batch& batch, std::size_t most) override;

 protected:
  /// Makes rows of the lines that are there.
  virtual hagaki::Result<void> drain(Batch& batch, std::size_t most) = 0;
  /// No more lines will come.
  virtual void finish() {}
  /// A last word, behind all rows; `found` counts rows and problems.
  virtual void close(Batch& batch, std::uint64_t found);

  void problem(Batch& batch, std::uint64_t line, std::string message);
  void row(Batch& batch, const hagaki::harvest::Recipient& recipient, std::uint64_t line);
  [[nodiscard]] const std::string& name() const { return input_.name; }

  const Settings& settings_;
  hagaki::harvest::LineReader lines_;

 private:
  hagaki::cli::Input& input_;
  std::vector<char> chunk_;
  bool ended_ = false;
  std::uint64_t found_ = 0;
};
