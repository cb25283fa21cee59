#include "rules/warm_up.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/text.h"
#include "rules/rate.h"

namespace hagaki::rules {
namespace {

using std::chrono::local_days;

constexpr std::size_t kMostDays = 1000;

/// "2026-12-01".
std::optional<local_days> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = parse_unsigned(text.substr(0, 4), 9999);
  const auto month = parse_unsigned(text.substr(5, 2), 12);
  const auto day = parse_unsigned(text.substr(8, 2), 31);
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  return date.ok() ? std::optional(local_days(date)) : std::nullopt;
}

tl::unexpected<Error> wrong(std::string_view text, std::string_view why) {
  return fail(ErrorCode::Syntax, fmt::format("\"{}\" is no warm-up: {}", printable(text), why));
}

}  // namespace

std::optional<std::uint32_t> WarmUp::allowed(local_days date) const {
  if (date < start) return 0;
  const auto day = static_cast<std::size_t>((date - start).count());
  return day < per_day.size() ? std::optional(per_day[day]) : std::nullopt;
}

Result<WarmUp> parse_warm_up(std::string_view text) {
  const auto colon = text.find(':');
  const auto start = parse_date(trim(text.substr(0, colon)));
  if (!start || colon == std::string_view::npos) {
    return wrong(text, "it must look like \"2026-12-01: 50,100,200,400\"");
  }
  WarmUp out;
  out.start = *start;
  for (const auto part : split(text.substr(colon + 1), ',')) {
    const auto count = parse_unsigned(trim(part), kMostPerRate);
    if (!count) {
      return wrong(text, fmt::format("\"{}\" is no number of messages up to {}",
                                     printable(trim(part)), kMostPerRate));
    }
    out.per_day.push_back(static_cast<std::uint32_t>(*count));
  }
  if (out.per_day.size() > kMostDays) return wrong(text, "it names more than a thousand days");
  if (std::all_of(out.per_day.begin(), out.per_day.end(), [](auto n) { return n == 0; })) {
    return wrong(text, "no day has messages");
  }
  return out;
}

}  // namespace hagaki::rules
