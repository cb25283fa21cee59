#include "rules/rate.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include <fmt/core.h>

#include "base/text.h"

namespace hagaki::rules {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kSecond = std::chrono::seconds(1);
constexpr milliseconds kMinute = std::chrono::minutes(1);
constexpr milliseconds kHour = std::chrono::hours(1);
constexpr milliseconds kDay = std::chrono::hours(24);

struct Unit {
  std::string_view word;  // without its plural's s
  milliseconds length;
};
constexpr Unit kUnits[] = {
    {"second", kSecond}, {"sec", kSecond}, {"s", kSecond}, {"minute", kMinute}, {"min", kMinute},
    {"m", kMinute},      {"hour", kHour},  {"h", kHour},   {"day", kDay},       {"d", kDay}};

std::optional<milliseconds> unit_length(std::string_view word) {
  for (const auto& unit : kUnits) {
    if (ascii_iequals(word, unit.word)) return unit.length;
    // "s" has no plural.
    if (unit.word.size() > 1 && word.size() == unit.word.size() + 1 &&
        ascii_istarts_with(word, unit.word) && (word.back() == 's' || word.back() == 'S')) {
      return unit.length;
    }
  }
  return std::nullopt;
}

tl::unexpected<Error> wrong(std::string_view text, std::string_view why) {
  return fail(ErrorCode::Syntax, fmt::format("\"{}\" is no rate: {}", printable(text), why));
}

}  // namespace

bool is_quota(const Rate& rate) {
  return rate.per == kHour || rate.per == kDay;
}

Result<Rate> parse_rate(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) {
    return wrong(text, "it must look like 5/second, 20/10s, 300/minute, 2000/hour or 100/day");
  }
  const auto count = parse_unsigned(trim(text.substr(0, slash)), kMostPerRate);
  if (!count || *count == 0) {
    return wrong(text,
                 fmt::format("before the slash stands a whole number from 1 to {}", kMostPerRate));
  }
  std::string_view time = trim(text.substr(slash + 1));
  const auto digits = std::min(time.find_first_not_of("0123456789"), time.size());
  // 86,400 seconds are a day; a limit keeps the product small.
  const auto times =
      digits == 0 ? std::optional(1ULL) : parse_unsigned(time.substr(0, digits), 86'400);
  const auto unit = unit_length(trim(time.substr(digits)));
  if (!times || *times == 0 || !unit) {
    return wrong(text, "behind the slash stands a time like second, 10s, minute, hour or day");
  }
  const auto per = *unit * static_cast<std::int64_t>(*times);
  if (per > kHour && per != kDay) {
    return wrong(text, "its time is up to an hour, or a day");
  }
  return Rate{static_cast<std::uint32_t>(*count), per};
}

std::string format_rate(const Rate& rate) {
  constexpr Unit kWritten[] = {
      {"day", kDay}, {"hour", kHour}, {"minute", kMinute}, {"second", kSecond}};
  for (const auto& unit : kWritten) {
    if (rate.per % unit.length != milliseconds(0)) continue;
    const auto times = rate.per / unit.length;
    if (times == 1) return fmt::format("{}/{}", rate.count, unit.word);
    return fmt::format("{}/{} {}s", rate.count, times, unit.word);
  }
  return fmt::format("{}/{} ms", rate.count, rate.per.count());
}

Rate rate_of(double per_second) {
  assert(per_second > 0);
  const double most = kMostPerRate;
  if (per_second >= 10) {
    return {static_cast<std::uint32_t>(std::min(per_second, most)), kSecond};
  }
  if (per_second >= 1) return {static_cast<std::uint32_t>(per_second * 10), kSecond * 10};
  const double between = static_cast<double>(kSecond.count()) / per_second;
  constexpr double kLongest = 86'400'000;  // a day
  return {1, milliseconds(static_cast<std::int64_t>(std::ceil(std::min(between, kLongest))))};
}

RateGate::RateGate(const std::vector<Rate>& rates) {
  for (const auto& rate : rates) beats_.push_back(beat(rate, factor_));
}

std::uint32_t RateGate::burst(const Rate& rate) {
  const auto parts = kSlack.count() * rate.count;
  return static_cast<std::uint32_t>((parts + rate.per.count() - 1) / rate.per.count());
}

milliseconds RateGate::wait(milliseconds now) const {
  milliseconds longest{0};
  for (const auto& one : beats_) longest = std::max(longest, wait(one, now));
  if (imposed_) longest = std::max(longest, wait(*imposed_, now));
  return longest;
}

void RateGate::take(milliseconds now) {
  for (auto& one : beats_) take(one, now);
  if (imposed_) take(*imposed_, now);
}

void RateGate::set_factor(double factor) {
  assert(factor > 0 && factor <= 1);
  factor_ = factor;
  for (auto& one : beats_) one.step = beat(one.rate, factor).step;
}

void RateGate::limit_to(const Rate& rate) {
  Beat next = beat(rate, 1);
  if (imposed_ && imposed_->last) {
    // Whole milliseconds, rounded up: a change never lets a message go earlier.
    const std::int64_t old = imposed_->rate.count;
    next.last = (*imposed_->last + old - 1) / old * rate.count;
  }
  imposed_ = next;
}

std::optional<Rate> RateGate::limit() const {
  return imposed_ ? std::optional(imposed_->rate) : std::nullopt;
}

std::vector<Rate> RateGate::rates() const {
  std::vector<Rate> out;
  for (const auto& one : beats_) out.push_back(one.rate);
  return out;
}

RateGate::Beat RateGate::beat(const Rate& rate, double factor) {
  assert(rate.count > 0 && rate.count <= kMostPerRate && rate.per.count() > 0);
  // A message takes `per`/`count` milliseconds, that is `per` parts.
  const auto step = std::ceil(static_cast<double>(rate.per.count()) / factor);
  return {rate, static_cast<std::int64_t>(std::min(step, 1e15)), std::nullopt};
}

milliseconds RateGate::wait(const Beat& beat, milliseconds now) {
  if (!beat.last) return milliseconds(0);
  const std::int64_t count = beat.rate.count;
  const auto left = *beat.last + beat.step - now.count() * count;
  return milliseconds(left <= 0 ? 0 : (left + count - 1) / count);
}

void RateGate::take(Beat& beat, milliseconds now) {
  const auto earliest = (now - kSlack).count() * beat.rate.count;
  beat.last = beat.last ? std::max(*beat.last + beat.step, earliest) : earliest;
}

}  // namespace hagaki::rules
