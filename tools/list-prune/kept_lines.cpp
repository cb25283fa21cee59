#include "kept_lines.h"

KeptLines::KeptLines(hagaki::cli::Output& output)
    : output_(output), passed_on_(hagaki::cli::stdout_is_terminal()) {
  if (!passed_on_) lines_.reserve(kPiece);
}

bool KeptLines::write() {
  const bool ok = output_.write(lines_);
  lines_.clear();
  return ok;
}
