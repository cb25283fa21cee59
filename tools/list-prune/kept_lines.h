#pragma once

#include <string>
#include <string_view>

#include "cli/output.h"

/// Collects the lines that are passed on, so that they are written in large pieces.
class KeptLines {
 public:
  /// `output` must outlive this.
  explicit KeptLines(hagaki::cli::Output& output);

  /// Adds a line. False as Output::write_line() has it.
  bool add(std::string_view line) {
    if (passed_on_) return output_.write_line(line);
    if (lines_.size() + line.size() >= kPiece && !write()) return false;
    lines_.append(line).push_back('\n');
    return true;
  }
  /// Hands everything to the kernel: at the end, and before what may take long.
  bool flush() { return write() && output_.flush(); }

 private:
  static constexpr std::size_t kPiece = 128u << 10;
  bool write();
  hagaki::cli::Output& output_;
  bool passed_on_;  ///< at a terminal each line goes by what is harmless there
  std::string lines_;
};
