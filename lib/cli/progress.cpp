#include "cli/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <fmt/core.h>

#include "base/text.h"
#include "cli/output.h"

namespace hagaki::cli {

using Clock = std::chrono::steady_clock;

namespace {

constexpr std::size_t kUsualColumns = 80;

std::size_t stderr_columns() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 2) return kUsualColumns;
  return size.ws_col;
}

}  // namespace

Progress::Progress(std::string unit, bool quiet)
    : unit_(std::move(unit)),
      active_(!quiet && stderr_is_terminal()),
      start_(Clock::now()),
      last_(start_) {}

Progress::~Progress() {
  done();
}

std::string Progress::text(std::string_view unit, std::uint64_t count,
                           std::optional<std::uint64_t> total, double elapsed_seconds,
                           std::string_view note) {
  std::string out =
      total ? fmt::format("{}/{} {}", count, *total, unit) : fmt::format("{} {}", count, unit);
  if (elapsed_seconds > 0 && count > 0) {
    const double rate = static_cast<double>(count) / elapsed_seconds;
    out += fmt::format(", {:.0f}/s", rate);
    if (total && *total > count) {
      out += fmt::format(", {:.0f} s left", std::ceil(static_cast<double>(*total - count) / rate));
    }
  }
  if (!note.empty()) out.append(", ").append(printable(note));
  return out;
}

void Progress::update(std::uint64_t count, std::optional<std::uint64_t> total,
                      std::string_view note) {
  if (!active_) return;
  const std::chrono::duration<double> elapsed = Clock::now() - start_;
  show(text(unit_, count, total, elapsed.count(), note));
}

void Progress::show(std::string_view line) {
  if (!active_) return;
  const auto now = Clock::now();
  if (shown_ && now - last_ < std::chrono::milliseconds(200)) return;
  last_ = now;
  shown_ = true;
  // A line that fills the last column is two lines to some terminals.
  const auto columns = stderr_columns() - 1;
  std::fputs(fmt::format("\r{}\x1b[K", fit_columns(printable(line), columns)).c_str(), stderr);
  std::fflush(stderr);
}

void Progress::done() {
  if (!shown_) return;
  shown_ = false;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
}

}  // namespace hagaki::cli
