#pragma once

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

  void error(std::string_view message);
  void warning(std::string_view message);
  void note(std::string_view message);
  void debug(std::string_view message);

 private:
  void write(Level level, std::string_view message);
  std::string tool_;
  Level most_;
};

}  // namespace hagaki::cli
