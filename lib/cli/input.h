#pragma once

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
};

/// Opens `path` for reading bytes. Error::NotFound or Error::Io with the system's text; a directory
/// is an error.
Result<Input> open_input(const std::string& path);

/// All bytes of `path` ("-" is standard input) when at most `limit`; Error::Limit otherwise.
Result<std::string> read_whole(const std::string& path, std::size_t limit);

}  // namespace hagaki::cli
