#include "cli/log.h"

#include <cstdio>

#include "base/text.h"

namespace hagaki::cli {

Log::Log(std::string tool, bool quiet, bool verbose)
    : tool_(std::move(tool)),
      most_(quiet ? Level::Error : (verbose ? Level::Debug : Level::Note)) {}

void Log::error(std::string_view message) {
  write(Level::Error, message);
}
void Log::warning(std::string_view message) {
  write(Level::Warning, message);
}
void Log::note(std::string_view message) {
  write(Level::Note, message);
}
void Log::debug(std::string_view message) {
  write(Level::Debug, message);
}

void Log::write(Level level, std::string_view message) {
  if (level > most_) return;
  constexpr std::string_view kNames[] = {"error", "warning", "note", "debug"};
  std::string line = tool_;
  line.append(": ").append(kNames[static_cast<std::size_t>(level)]).append(": ");
  line.append(printable(message)).append("\n");
  // One write, so that messages of several tools in a pipeline do not mix within a line.
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace hagaki::cli
