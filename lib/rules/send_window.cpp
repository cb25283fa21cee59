#include "rules/send_window.h"

#include <algorithm>
#include <cassert>
#include <string>

#include <fmt/core.h>

#include "base/text.h"

namespace hagaki::rules {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

constexpr minutes kDay = hours(24);
constexpr std::array<std::string_view, 7> kDays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                   "Thursday", "Friday", "Saturday"};
// A span comes at least once a week, but for one that clocks or a calendar leap over.
constexpr days kLongest{15};

std::optional<std::size_t> weekday(std::string_view name) {
  for (std::size_t i = 0; i < kDays.size(); ++i) {
    if (ascii_iequals(name, kDays[i]) || ascii_iequals(name, kDays[i].substr(0, 3))) return i;
  }
  return std::nullopt;
}

/// "Mon-Fri", "Mon,Wed"; nothing when it is neither.
std::optional<std::array<bool, 7>> parse_days(std::string_view text) {
  std::array<bool, 7> out{};
  for (const auto part : split(text, ',')) {
    const auto dash = part.find('-');
    const auto from = weekday(part.substr(0, dash));
    const auto to = dash == std::string_view::npos ? from : weekday(part.substr(dash + 1));
    if (!from || !to) return std::nullopt;
    for (auto day = *from;; day = (day + 1) % 7) {
      out.at(day) = true;
      if (day == *to) break;
    }
  }
  return out;
}

/// "09:00"; up to "24:00".
std::optional<minutes> parse_clock(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon > 2 || text.size() != colon + 3) {
    return std::nullopt;
  }
  const auto hour = parse_unsigned(text.substr(0, colon), 24);
  const auto minute = parse_unsigned(text.substr(colon + 1), 59);
  if (!hour || !minute) return std::nullopt;
  const minutes time(*hour * 60 + *minute);
  return time <= kDay ? std::optional(time) : std::nullopt;
}

struct Hours {
  minutes begin, end;
};

std::optional<Hours> parse_hours(std::string_view text) {
  if (ascii_iequals(text, "24h")) return Hours{minutes(0), kDay};
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto begin = parse_clock(text.substr(0, dash));
  const auto end = parse_clock(text.substr(dash + 1));
  if (!begin || !end || *begin == kDay || *begin == *end) return std::nullopt;
  return Hours{*begin, *end < *begin ? *end + kDay : *end};
}

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> out;
  while (!(text = trim(text)).empty()) {
    const auto end = std::min(text.find_first_of(" \t"), text.size());
    out.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return out;
}

tl::unexpected<Error> wrong(std::string_view text, std::string_view why) {
  return fail(ErrorCode::Syntax, fmt::format("\"{}\" is no window: {}", printable(text), why));
}

}  // namespace

Result<SendWindow> SendWindow::parse(std::string_view text, const ZoneFinder& zones) {
  SendWindow out;
  for (const auto part : split(text, ';')) {
    auto rest = words(part);
    Span span;
    span.on.fill(true);
    if (!rest.empty()) {
      if (const auto named = parse_days(rest.front())) {
        span.on = *named;
        rest.erase(rest.begin());
      }
    }
    if (rest.empty() || rest.size() > 2) {
      return wrong(text, "it must look like \"Mon-Fri 09:00-18:00 Asia/Tokyo\"");
    }
    std::vector<Hours> times;
    for (const auto one : split(rest[0], ',')) {
      const auto parsed = parse_hours(one);
      if (!parsed) {
        return wrong(
            text, fmt::format("\"{}\" is neither hours like 09:00-18:00 nor 24h", printable(one)));
      }
      times.push_back(*parsed);
    }
    auto zone = zones(rest.size() == 2 ? rest[1] : std::string_view());
    if (!zone) return tl::unexpected(zone.error());
    span.zone = std::move(*zone);
    for (const auto& time : times) {
      span.begin = time.begin;
      span.end = time.end;
      out.spans_.push_back(span);
    }
  }
  return out;
}

void SendWindow::add(const SendWindow& other) {
  spans_.insert(spans_.end(), other.spans_.begin(), other.spans_.end());
}

bool SendWindow::open(Timestamp t) const {
  return spans_.empty() ||
         std::any_of(spans_.begin(), spans_.end(), [&](const Span& span) { return span.open(t); });
}

Timestamp SendWindow::next_open(Timestamp t) const {
  const auto found = first(true, t);
  assert(found && "each span opens within two weeks");
  return found.value_or(t + kLongest);
}

std::optional<Timestamp> SendWindow::closes(Timestamp t) const {
  return first(false, t);
}

/// The first moment from `t` on at which it is `wanted`.
std::optional<Timestamp> SendWindow::first(bool wanted, Timestamp t) const {
  const auto last = t + kLongest;
  while (open(t) != wanted) {
    auto next = last;
    for (const auto& span : spans_) next = std::min(next, span.next_edge(t));
    if (next == last) return std::nullopt;
    t = next;
  }
  return t;
}

bool SendWindow::Span::open(Timestamp t) const {
  const auto local = to_local(*zone, t);
  const auto date = std::chrono::floor<days>(local);
  const auto clock = local - date;
  const auto day = std::chrono::weekday(date).c_encoding();
  if (on.at(day) && clock >= begin && clock < end) return true;
  return on.at((day + 6) % 7) && clock + kDay < end;
}

/// The next moment behind `t` at which it can open or close.
Timestamp SendWindow::Span::next_edge(Timestamp t) const {
  const auto local = to_local(*zone, t);
  const milliseconds clock = local - std::chrono::floor<days>(local);
  milliseconds ahead = kDay - clock;
  for (const auto edge : {begin, end, end - kDay}) {
    if (edge > clock) ahead = std::min(ahead, edge - clock);
  }
  return up_to_change(*zone, t, ahead);
}

}  // namespace hagaki::rules
