#include "cli/sending_line.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include <fmt/core.h>

#include "cli/duration.h"

namespace hagaki::cli {

void RecentRate::add(Time now, std::uint64_t count) {
  seen_.emplace_back(now, count);
  // The last one before the window stays: from it on the window is known.
  while (seen_.size() > 2 && seen_[1].first <= now - window_) seen_.pop_front();
}

double RecentRate::per_second() const {
  if (seen_.size() < 2) return 0;
  const std::chrono::duration<double> time = seen_.back().first - seen_.front().first;
  if (time.count() <= 0) return 0;
  return static_cast<double>(seen_.back().second - seen_.front().second) / time.count();
}

std::string sending_line(const SendingFigures& figures) {
  std::string out = fmt::format("{}/{}", figures.done,
                                figures.total ? std::to_string(*figures.total) : std::string("?"));
  // Below ten a second a whole number says too little.
  out += figures.per_second < 10 ? fmt::format(", {:.1f}/s", figures.per_second)
                                 : fmt::format(", {:.0f}/s", figures.per_second);
  constexpr double kAYear = 366 * 86400.0;
  if (figures.total && *figures.total > figures.done && figures.per_second > 0) {
    const auto left = static_cast<double>(*figures.total - figures.done) / figures.per_second;
    const std::chrono::seconds seconds(
        static_cast<std::int64_t>(std::ceil(std::min(left, kAYear))));
    out += fmt::format(", {} left", duration_text(seconds));
  }
  out += fmt::format(": {} delivered", figures.delivered);
  const auto add = [&out](std::uint64_t count, std::string_view what) {
    if (count > 0) out += fmt::format(", {} {}", count, what);
  };
  add(figures.failed, "failed");
  add(figures.held, "held");
  add(figures.uncertain, "uncertain");
  add(figures.deferrals, figures.deferrals == 1 ? "deferral" : "deferrals");
  std::string_view before = "; waiting: ";
  for (const auto& each : figures.slowest) {
    out += fmt::format("{}{} for {}{}", std::exchange(before, ", "), each.count, each.receiver,
                       each.held ? " (held)" : "");
  }
  return out;
}

}  // namespace hagaki::cli
