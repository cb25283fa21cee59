#include "dnsbl/zone_limits.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/text.h"

namespace hagaki::dnsbl {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kDay{std::chrono::hours(24)};
constexpr milliseconds kMinute{std::chrono::minutes(1)};

std::vector<std::string> words_of_limits(std::string_view text) {
  std::vector<std::string> out(1);
  for (const char c : text) {
    if (c == ' ' || c == ',' || c == ';') {
      if (!out.back().empty()) out.emplace_back();
    } else {
      out.back() += c;
    }
  }
  return out;
}

std::optional<milliseconds> unit_of(std::string_view word) {
  if (word == "ms") return milliseconds(1);
  if (word == "second" || word == "seconds") return milliseconds(1000);
  if (word == "minute") return kMinute;
  if (word == "hours") return milliseconds(std::chrono::hours(1));
  if (word == "day") return kDay;
  return std::nullopt;
}

}  // namespace

ZoneLimits parse_limits(std::string_view text) {
  ZoneLimits out;
  const auto words = words_of_limits(text);
  // NUMBER queries|lookups a|per|in [NUMBER] UNIT
  for (std::size_t i = 0; i + 3 < words.size(); ++i) {
    const auto count = words[i] == "one" ? 1 : parse_unsigned(words[i]);
    const auto& what = words[i + 1];
    const auto& joint = words[i + 2];
    if (!count || *count == 0) continue;
    if (what != "query" && what != "queries" && what != "lookups") continue;
    if (joint != "a" && joint != "per" && joint != "in") continue;
    const auto times = parse_unsigned(words[i + 3], 86'400'000);
    if (times && i + 4 >= words.size()) continue;
    const auto unit = unit_of(words[times ? i + 4 : i + 3]);
    if (!unit || (times && *times == 0)) continue;
    const auto within = *unit * static_cast<long>(times.value_or(1));
    if (within <= kMinute) out.rate = Allowance{*count, within};
    if (within == kDay) out.quota = Allowance{*count, within};
  }
  return out;
}

Pace::Pace(std::optional<Allowance> allowance, std::uint64_t at_once) {
  if (!allowance || allowance->questions == 0 || allowance->within.count() <= 0) return;
  const auto questions = static_cast<double>(allowance->questions);
  most_ = at_once == 0 ? questions : static_cast<double>(at_once);
  per_ms_ = questions / static_cast<double>(allowance->within.count());
  left_ = most_;
}

milliseconds Pace::wait(Timestamp now) {
  if (per_ms_ <= 0) return milliseconds(0);
  if (filled_ && now > *filled_) {
    left_ = std::min(most_, left_ + static_cast<double>((now - *filled_).count()) * per_ms_);
  }
  filled_ = now;
  if (left_ >= 1 - 1e-6) return milliseconds(0);  // what rounding takes
  return milliseconds(std::max(std::lround(std::ceil((1 - left_) / per_ms_)), 1L));
}

void Pace::take() {
  if (per_ms_ > 0) left_ -= 1;
}

}  // namespace hagaki::dnsbl
