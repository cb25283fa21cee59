#pragma once

#include "base/result.h"
#include "cli/output.h"

/// Holds back what is written until it is known whether it may be: a file without a name in TMPDIR
/// (or /tmp), so that memory stays small whatever the list's length.
class Spool {
 public:
  /// Error::Io where no such file can be made.
  static hagaki::Result<Spool> open();
  ~Spool();
  Spool(Spool&&) noexcept;
  Spool& operator=(Spool&&) = delete;

  /// Where to write.
  hagaki::cli::Output& output() { return output_; }
  /// Writes all of it to `to`. Error::Io with the system's text where this file fails; `to` tells
  /// itself.
  hagaki::Result<void> copy_to(hagaki::cli::Output& to);

 private:
  Spool(int fd, hagaki::cli::Output output);
  int fd_;
  hagaki::cli::Output output_;
};
