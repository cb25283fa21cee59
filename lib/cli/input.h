#pragma once

#include <cstddef>
#include <istream>
#include <memory>
#include <string>

#include "base/result.h"

namespace hagaki::cli {

/// An opened input: a file, or standard input for "-".
struct Input {
  std::string name;  ///< as it stands in messages; "stdin" for "-"
  std::unique_ptr<std::istream> stream;
  int fd = -1;  ///< what the stream reads; the stream's own

  /// True when reading from the stream does not wait now: there are bytes, its end or an error.
  [[nodiscard]] bool ready() const;
  /// Reads at most `size` bytes past the stream, which must not be used besides: without a copy in
  /// between. Waits for the first byte only. 0 at the end, -1 where reading fails.
  std::ptrdiff_t read_some(char* to, std::size_t size) const;
};

/// Why the input `path` could not be opened, errno being `number`, in the system's words:
/// Error::NotFound where it is missing, else Error::Unopened.
Error open_error(int number, const std::string& path);

/// Opens `path` for reading bytes. Errors as open_error() has them; a directory is one.
Result<Input> open_input(const std::string& path);

/// All bytes of `path` ("-" is standard input) when at most `limit`; Error::Limit otherwise.
/// Errors as open_input() has them, and Error::Io where reading fails.
Result<std::string> read_whole(const std::string& path, std::size_t limit);

}  // namespace hagaki::cli
