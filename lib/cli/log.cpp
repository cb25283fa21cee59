#include "cli/log.h"

#include <cstdio>
#include <utility>

#include <fmt/core.h>

#include "base/text.h"

namespace hagaki::cli {
namespace {

constexpr std::uint64_t kBadLines = 20;  // told one by one

}  // namespace

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

Log::~Log() {
  end_bad_lines();
}

void Log::bad_line(std::string_view message) {
  if (++bad_lines_ <= kBadLines || most_ == Level::Debug) {
    error(message);
  } else {
    ++untold_;
  }
}

void Log::end_bad_lines() {
  const auto untold = std::exchange(untold_, 0);
  if (untold == 0) return;
  error(fmt::format("and {} more bad {}; --verbose names all", untold,
                    untold == 1 ? "line" : "lines"));
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
