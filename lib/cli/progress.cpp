#include "cli/progress.h"

#include <fmt/core.h>

#include <cmath>
#include <cstdio>

#include "base/text.h"
#include "cli/output.h"

namespace hagaki::cli {

using Clock = std::chrono::steady_clock;

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
  const auto now = Clock::now();
  if (shown_ && now - last_ < std::chrono::milliseconds(200)) return;
  last_ = now;
  shown_ = true;
  const std::chrono::duration<double> elapsed = now - start_;
  const auto line = fit_columns(text(unit_, count, total, elapsed.count(), note), 79);
  std::fputs(fmt::format("\r{}\x1b[K", line).c_str(), stderr);
  std::fflush(stderr);
}

void Progress::done() {
  if (!shown_) return;
  shown_ = false;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
}

}  // namespace hagaki::cli
