#include "base/loose_time.h"

#include <fmt/core.h>

#include <string>
#include <vector>

#include "base/ascii.h"
#include "base/text.h"

namespace hagaki {
namespace {

/// The numbers of `s`, with whatever stands between them; nothing when one is too long.
std::optional<std::vector<int>> numbers(std::string_view s) {
  std::vector<int> out;
  for (std::size_t i = 0; i < s.size();) {
    std::size_t end = i;
    while (end < s.size() && is_digit(s[end])) ++end;
    if (end == i) {
      ++i;
      continue;
    }
    if (end - i > 4 || out.size() == 6) return std::nullopt;
    out.push_back(static_cast<int>(*parse_unsigned(s.substr(i, end - i))));
    i = end;
  }
  return out;
}

/// `s` with each run of digits made "9", so that its shape can be looked up.
std::string shape(std::string_view s) {
  std::string out;
  for (const char c : s) {
    const bool digit = is_digit(c);
    if (!digit || out.empty() || out.back() != '9') out += digit ? '9' : c;
  }
  return out;
}

bool is_known_shape(std::string_view form) {
  for (const std::string_view date : {"9-9-9", "9/9/9", "9.9.9", "9年9月9日"}) {
    if (!form.starts_with(date)) continue;
    const auto rest = form.substr(date.size());
    for (const std::string_view time : {"", " 9:9", " 9:9:9", "T9:9", "T9:9:9", " 9時9分"}) {
      if (rest == time) return true;
    }
  }
  return false;
}

}  // namespace

std::optional<Timestamp> parse_loose_time(std::string_view text) {
  text = trim(text);
  if (const auto exact = parse_rfc3339(text)) return exact;
  if (!is_known_shape(shape(text))) return std::nullopt;
  auto n = numbers(text);
  if (!n || n->size() < 3 || (*n)[0] < 1900) return std::nullopt;
  n->resize(6);
  return parse_rfc3339(fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", (*n)[0], (*n)[1],
                                   (*n)[2], (*n)[3], (*n)[4], (*n)[5]));
}

}  // namespace hagaki
