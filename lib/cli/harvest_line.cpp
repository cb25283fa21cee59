#include "cli/harvest_line.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include <fmt/core.h>

#include "cli/duration.h"

namespace hagaki::cli {
namespace {

double megabytes(std::uint64_t bytes) {
  return static_cast<double>(bytes) / 1e6;
}

/// Recipients that are still to come, were the rest of the sources like what was read of them.
std::optional<double> recipients_left(const HarvestFigures& figures) {
  if (!figures.bytes_total || figures.bytes == 0) return std::nullopt;
  const auto seen = static_cast<double>(figures.recipients + figures.recipients_waiting);
  const double all =
      seen * static_cast<double>(*figures.bytes_total) / static_cast<double>(figures.bytes);
  return all - static_cast<double>(figures.recipients);
}

}  // namespace

std::string harvest_line(const HarvestFigures& figures) {
  std::string out = fmt::format("{} recipients", figures.recipients);
  if (figures.per_second > 0) {
    out += figures.per_second < 10 ? fmt::format(", {:.1f}/s", figures.per_second)
                                   : fmt::format(", {:.0f}/s", figures.per_second);
  }
  if (figures.bytes_total) {
    out += fmt::format(", {:.1f} of {:.1f} MB", megabytes(figures.bytes),
                       megabytes(*figures.bytes_total));
  } else if (figures.bytes > 0) {
    out += fmt::format(", {:.1f} MB", megabytes(figures.bytes));
  }
  const auto left = recipients_left(figures);
  if (left && *left >= 1 && figures.per_second > 0) {
    constexpr double kAYear = 366 * 86400.0;
    out += fmt::format(", {} left", duration_text(std::chrono::seconds(static_cast<std::int64_t>(
                                        std::ceil(std::min(*left / figures.per_second, kAYear))))));
  }
  if (figures.domains > 0) {
    out += fmt::format("; {} of {} domains waiting",
                       std::min(figures.domains_waiting, figures.domains), figures.domains);
  }
  return out;
}

}  // namespace hagaki::cli
