#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hagaki::cli {

/// Messages to stderr as "tool: level: message", each one line, remote text made printable.
/// Not thread-safe: for the main thread.
class Log {
 public:
  enum class Level { Error, Warning, Note, Debug };

  /// `quiet` leaves only errors; `verbose` adds debug.
  Log(std::string tool, bool quiet, bool verbose);
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
  /// Tells of bad lines that nobody was told of.
  ~Log();

  void error(std::string_view message);
  void warning(std::string_view message);
  void note(std::string_view message);
  void debug(std::string_view message);

  /// An error about a line of the input. The first 20 are told, the rest is counted, for a list of
  /// millions may be of another form altogether; `verbose` tells all.
  void bad_line(std::string_view message);
  /// Tells how many more bad lines there were. For the place before a summary.
  void end_bad_lines();

 private:
  void write(Level level, std::string_view message);
  std::string tool_;
  Level most_;
  std::uint64_t bad_lines_ = 0;
  std::uint64_t untold_ = 0;
};

}  // namespace hagaki::cli
