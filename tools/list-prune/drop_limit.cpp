#include "drop_limit.h"

#include <charconv>

#include <fmt/core.h>

using namespace hagaki;

std::optional<double> parse_share(std::string_view text) {
  if (!text.ends_with('%')) return std::nullopt;
  text.remove_suffix(1);
  double percent = 0;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, percent, std::chars_format::fixed);
  if (error != std::errc() || at != end || !(percent > 0 && percent <= 100)) return std::nullopt;
  return percent / 100;
}

bool counts_as_drop(const rules::Decision& decision) {
  return decision.action == rules::Action::Drop && decision.rule != "hygiene.duplicate" &&
         (decision.rule.starts_with("stop.") || decision.rule.starts_with("hygiene."));
}

std::vector<std::string> DropLimit::exceeded(std::uint64_t read, std::uint64_t dropped,
                                             const DomainCounts& domains) const {
  std::vector<std::string> out;
  const auto check = [&](std::optional<double> limit, std::uint64_t some, std::uint64_t all,
                         const std::string& what) {
    if (!limit || static_cast<double>(some) <= *limit * static_cast<double>(all)) return;
    out.push_back(fmt::format("{} of {} {} ({:.1f}%, at most {:g}%)", some, all, what,
                              100.0 * static_cast<double>(some) / static_cast<double>(all),
                              *limit * 100));
  };
  check(of_list, dropped, read, "recipients would be dropped");
  for (const auto& [domain, count] : domains) {
    if (count.dropped < kFewestOfDomain) continue;
    check(of_domain, count.dropped, count.read, "at " + domain + " would be dropped");
  }
  return out;
}
