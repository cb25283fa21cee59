#include "base/time.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/ascii.h"
#include "base/text.h"

namespace hagaki {
namespace {

using namespace std::chrono;

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

struct NamedZone {
  std::string_view name;
  int minutes;
};
// RFC 5322 §4.3, and JST, which Japanese servers write.
constexpr NamedZone kZones[] = {{"GMT", 0},    {"UT", 0},     {"UTC", 0},    {"Z", 0},
                                {"EST", -300}, {"EDT", -240}, {"CST", -360}, {"CDT", -300},
                                {"MST", -420}, {"MDT", -360}, {"PST", -480}, {"PDT", -420},
                                {"JST", 540}};

std::optional<int> number(std::string_view s, unsigned long long max) {
  const auto n = parse_unsigned(s, max);
  if (!n) return std::nullopt;
  return static_cast<int>(*n);
}

std::optional<Timestamp> compose(int y, int mon, int d, int h, int min, int s, int ms, int offset) {
  const year_month_day date{year{y}, month{static_cast<unsigned>(mon)},
                            day{static_cast<unsigned>(d)}};
  if (!date.ok() || h > 23 || min > 59 || s > 60) return std::nullopt;
  return Timestamp{sys_days{date}} + hours{h} + minutes{min - offset} + seconds{s} +
         milliseconds{ms};
}

/// Minutes east of UTC of "+0900", "-05:00", "JST"; nothing when it is none of these.
std::optional<int> zone_offset(std::string_view z) {
  if (z.empty()) return std::nullopt;
  if (z[0] != '+' && z[0] != '-') {
    for (const auto& named : kZones) {
      if (ascii_iequals(z, named.name)) return named.minutes;
    }
    return std::nullopt;
  }
  const std::size_t colon = z.size() > 3 && z[3] == ':' ? 1 : 0;
  if (z.size() != 5 + colon) return std::nullopt;
  const auto h = number(z.substr(1, 2), 23);
  const auto m = number(z.substr(3 + colon, 2), 59);
  if (!h || !m) return std::nullopt;
  const int minutes = *h * 60 + *m;
  return z[0] == '-' ? -minutes : minutes;
}

/// What stands where in a date of RFC 5322 §3.3: day, month, year, clock, zone.
struct DateWords {
  std::array<std::string_view, 5> words;
  std::size_t count = 0;
};

/// The words of `s` outside comments, behind the name of the day.
DateWords date_words(std::string_view s) {
  const auto is_blank = [](char c) { return is_white(c) || c == ','; };
  DateWords out;
  bool first = true;
  int depth = 0;
  for (std::size_t at = 0; at < s.size() && out.count < out.words.size();) {
    const char c = s[at];
    if (c == '(' || c == ')') depth = std::max(depth + (c == '(' ? 1 : -1), 0);
    if (c == '(' || c == ')' || depth > 0 || is_blank(c)) {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    while (at < s.size() && s[at] != '(' && !is_blank(s[at])) ++at;
    const bool day_name = first && !is_digit(c);
    first = false;
    if (!day_name) out.words[out.count++] = s.substr(begin, at - begin);
  }
  return out;
}

/// 1 to 12 for a word that begins as the name of a month, else 0.
int month_of(std::string_view word) {
  for (std::size_t i = 0; i < kMonths.size(); ++i) {
    if (ascii_istarts_with(word, kMonths[i])) return static_cast<int>(i) + 1;
  }
  return 0;
}

/// The text of a date, written by hand: every message and every record has several.
class DateText {
 public:
  DateText& put(std::string_view text) {
    end_ = std::copy(text.begin(), text.end(), end_);
    return *this;
  }
  /// `width` decimal digits at least, zeros in front.
  DateText& digits(std::int64_t value, int width) {
    if (value < 0) {  // years before our era
      *end_++ = '-';
      value = -value;
    }
    auto rest = static_cast<std::uint32_t>(value);
    if (rest > 9999) width = 5;  // a year to which a zone's hours have led
    for (char* to = end_ += width; width > 0; --width, rest /= 10) {
      *--to = static_cast<char>('0' + rest % 10);
    }
    return *this;
  }
  DateText& clock(const hh_mm_ss<milliseconds>& time) {
    return digits(time.hours().count(), 2)
        .put(":")
        .digits(time.minutes().count(), 2)
        .put(":")
        .digits(time.seconds().count(), 2);
  }
  [[nodiscard]] std::string text() const {
    return std::string(text_.data(), static_cast<std::size_t>(end_ - text_.data()));
  }

 private:
  std::array<char, 40> text_;  // the longest has 32
  char* end_ = text_.data();
};

}  // namespace

std::string format_rfc3339(Timestamp t) {
  const auto day_start = floor<days>(t);
  const year_month_day date{day_start};
  const hh_mm_ss time{t - day_start};
  DateText out;
  out.digits(static_cast<int>(date.year()), 4).put("-");
  out.digits(static_cast<unsigned>(date.month()), 2).put("-");
  out.digits(static_cast<unsigned>(date.day()), 2).put("T").clock(time).put(".");
  return out.digits(time.subseconds().count(), 3).put("Z").text();
}

std::optional<Timestamp> parse_rfc3339(std::string_view s) {
  if (s.size() < 20 || s[4] != '-' || s[7] != '-' || s[13] != ':' || s[16] != ':' ||
      (s[10] != 'T' && s[10] != 't' && s[10] != ' ')) {
    return std::nullopt;
  }
  const auto y = number(s.substr(0, 4), 9999);
  const auto mon = number(s.substr(5, 2), 12);
  const auto d = number(s.substr(8, 2), 31);
  const auto h = number(s.substr(11, 2), 23);
  const auto min = number(s.substr(14, 2), 59);
  const auto sec = number(s.substr(17, 2), 60);
  if (!y || !mon || !d || !h || !min || !sec) return std::nullopt;
  auto rest = s.substr(19);
  int ms = 0;
  if (rest[0] == '.') {
    std::size_t i = 1;
    for (int scale = 100; i < rest.size() && is_digit(rest[i]); ++i, scale /= 10) {
      ms += (rest[i] - '0') * scale;
    }
    if (i == 1) return std::nullopt;
    rest.remove_prefix(i);
  }
  const bool zone = rest == "Z" || rest == "z" || rest.starts_with('+') || rest.starts_with('-');
  const auto offset = zone ? zone_offset(rest) : std::nullopt;
  if (!offset) return std::nullopt;
  return compose(*y, *mon, *d, *h, *min, *sec, ms, *offset);
}

std::string format_rfc5322(Timestamp t) {
  const auto day_start = floor<days>(t);
  const year_month_day date{day_start};
  DateText out;
  out.put(kDays[weekday{day_start}.c_encoding()]).put(", ");
  out.digits(static_cast<unsigned>(date.day()), 2).put(" ");
  out.put(kMonths[static_cast<unsigned>(date.month()) - 1]).put(" ");
  out.digits(static_cast<int>(date.year()), 4).put(" ").clock(hh_mm_ss{t - day_start});
  return out.put(" +0000").text();
}

std::optional<MailDate> parse_rfc5322(std::string_view s) {
  const auto [w, count] = date_words(s);
  if (count < 4) return std::nullopt;
  const auto d = number(w[0], 31);
  const int mon = month_of(w[1]);
  auto y = number(w[2], 9999);
  if (!d || mon == 0 || !y || w[2].size() < 2) return std::nullopt;
  // RFC 5322 §4.3. Three digits are the years since 1900 that C's struct tm counts.
  if (w[2].size() == 2) y = *y + (*y < 50 ? 2000 : 1900);
  if (w[2].size() == 3) y = *y + 1900;
  const auto clock = w[3];
  const auto minutes_at = clock.find(':');
  if (minutes_at == std::string_view::npos) return std::nullopt;
  const auto seconds_at = clock.find(':', minutes_at + 1);
  const auto h = number(clock.substr(0, minutes_at), 23);
  const auto min = number(clock.substr(minutes_at + 1, seconds_at - minutes_at - 1), 59);
  const auto sec = seconds_at == std::string_view::npos ? std::optional{0}
                                                        : number(clock.substr(seconds_at + 1), 60);
  if (!h || !min || !sec) return std::nullopt;
  std::optional<int> offset;
  if (count > 4) offset = zone_offset(w[4]);
  const auto time = compose(*y, mon, *d, *h, *min, *sec, 0, offset.value_or(0));
  if (!time) return std::nullopt;
  if (count > 4 && w[4] == "-0000") offset.reset();
  return MailDate{*time, offset};
}

std::optional<milliseconds> parse_duration(std::string_view s) {
  constexpr auto kLongest = std::chrono::hours(24 * 3650);
  if (s.empty()) return std::nullopt;
  const auto n = parse_unsigned(s.substr(0, s.size() - 1), 100'000);
  if (!n || *n == 0) return std::nullopt;
  std::chrono::hours unit{};
  switch (s.back()) {
    case 'h':
      unit = std::chrono::hours(1);
      break;
    case 'd':
      unit = std::chrono::hours(24);
      break;
    case 'w':
      unit = std::chrono::hours(24 * 7);
      break;
    default:
      return std::nullopt;
  }
  const auto duration = unit * static_cast<std::int64_t>(*n);
  return duration > kLongest ? std::nullopt : std::optional<milliseconds>(duration);
}

std::string format_duration(milliseconds duration) {
  struct Unit {
    std::int64_t seconds;
    const char* name;
  };
  constexpr Unit kUnits[] = {{86'400, " day"}, {3'600, " hour"}, {60, " minute"}, {1, " second"}};
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
  for (const Unit& unit : kUnits) {
    if (seconds == 0 ? unit.seconds > 1 : seconds % unit.seconds != 0) continue;
    const auto n = seconds / unit.seconds;
    return std::to_string(n) + unit.name + (n == 1 ? "" : "s");
  }
  return {};
}

Timestamp now() {
  return floor<milliseconds>(system_clock::now());
}

}  // namespace hagaki
