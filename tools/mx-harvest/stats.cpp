#include "stats.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/core.h>

#include "base/text.h"
#include "cli/table.h"
#include "status_filter.h"

using namespace hagaki;

namespace {

constexpr std::size_t kMostShown = 20;

/// The titles and rows of one language; {} is filled in.
struct Words {
  const char* status;
  const char* provider;
  const char* source;
  const char* recipients;
  const char* share;
  const char* bad;
  const char* no_ads;
  const char* consent;
  const char* no_consent;
  const char* more_providers;
  const char* no_provider;
  const char* more_sources;
  const char* arguments;
  const char* total;
};

constexpr Words kEnglish = {
    "MAIL",    "PROVIDER",   "SOURCE",    "RECIPIENTS",   "SHARE",     "BAD ROWS",       "NO ADS",
    "CONSENT", "NO CONSENT", "({} more)", "(none known)", "({} more)", "(command line)", "(all)"};

constexpr Words kJapanese = {"状態",   "プロバイダー", "入力元",           "宛先数",   "割合",
                             "不正行", "広告お断り",   "同意あり",         "同意なし", "(ほか {})",
                             "(不明)", "(ほか {})",    "(コマンドライン)", "(合計)"};

/// A file's name is told apart by its end: what of a long one finds no room is cut off in front.
std::string shown_name(const std::string& name) {
  constexpr std::size_t kRoom = 29;
  if (name.find("://") != std::string::npos || display_width(name) <= kRoom) return name;
  std::string_view end = name;
  while (display_width(end) > kRoom - 1) {
    do {
      end.remove_prefix(1);
    } while (!end.empty() && (static_cast<unsigned char>(end.front()) & 0xC0) == 0x80);
  }
  return "…" + std::string(end);
}

using Rows = std::vector<std::pair<std::string, std::uint64_t>>;

std::string table_of(const char* title, const Rows& rows, const Words& words, std::size_t columns,
                     bool color) {
  using Align = cli::Table::Align;
  std::uint64_t total = 0;
  for (const auto& [name, count] : rows) total += count;
  cli::Table table({{title, Align::Left, 12},
                    {words.recipients, Align::Right, 10, true},
                    {words.share, Align::Right, 6, true}});
  for (const auto& [name, count] : rows) {
    table.row(
        {name, std::to_string(count),
         fmt::format("{:.1f}%", 100.0 * static_cast<double>(count) / static_cast<double>(total))});
  }
  return table.text(columns, color);
}

Rows by_state_rows(const std::map<std::string, std::uint64_t>& counts) {
  Rows rows;
  for (const auto state : mail_states()) {
    const auto at = counts.find(std::string(state));
    if (at != counts.end()) rows.emplace_back(*at);
  }
  return rows;
}

Rows by_provider_rows(const std::map<std::string, std::uint64_t>& counts, const Words& words) {
  Rows rows;
  std::uint64_t none = 0;
  for (const auto& row : counts) {
    if (row.first.empty()) {
      none = row.second;
    } else {
      rows.push_back(row);
    }
  }
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    return std::tie(b.second, a.first) < std::tie(a.second, b.first);
  });
  if (rows.size() > kMostShown) {
    std::uint64_t rest = 0;
    for (std::size_t i = kMostShown; i < rows.size(); ++i) rest += rows[i].second;
    const auto more = rows.size() - kMostShown;
    rows.resize(kMostShown);
    rows.emplace_back(fmt::format(fmt::runtime(words.more_providers), more), rest);
  }
  if (none > 0) rows.emplace_back(words.no_provider, none);
  return rows;
}

SourceCount& operator+=(SourceCount& sum, const SourceCount& one) {
  sum.recipients += one.recipients;
  sum.bad += one.bad;
  sum.no_ads += one.no_ads;
  sum.consent += one.consent;
  return sum;
}

std::string source_table(const std::vector<SourceCount>& sources, const Words& words,
                         std::size_t columns, bool color) {
  using Align = cli::Table::Align;
  cli::Table table({{words.source, Align::Left, 12},
                    {words.recipients, Align::Right, 7, true},
                    {words.bad, Align::Right, 7, true},
                    {words.no_ads, Align::Right, 7, true},
                    {words.consent, Align::Right, 7, true},
                    {words.no_consent, Align::Right, 7, true}});
  const auto row = [&](const std::string& name, const SourceCount& count) {
    table.row({name, std::to_string(count.recipients), std::to_string(count.bad),
               std::to_string(count.no_ads), std::to_string(count.consent),
               std::to_string(count.recipients - count.consent)});
  };
  SourceCount all;
  SourceCount rest;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const auto& source = sources[i];
    all += source;
    if (i < kMostShown) {
      row(source.name.empty() ? words.arguments : shown_name(source.name), source);
    } else {
      rest += source;
    }
  }
  if (sources.size() > kMostShown) {
    row(fmt::format(fmt::runtime(words.more_sources), sources.size() - kMostShown), rest);
  }
  if (sources.size() > 1) row(words.total, all);
  return table.text(columns, color);
}

}  // namespace

void Stats::add(const DomainFacts& facts, std::uint64_t recipients) {
  if (recipients == 0) return;
  if (!facts.status.empty()) by_status_[facts.status] += recipients;
  by_provider_[facts.provider] += recipients;
}

std::string Stats::text(const std::vector<SourceCount>& sources, std::size_t columns, bool color,
                        std::string_view lang) const {
  const Words& words = lang == "ja" ? kJapanese : kEnglish;
  std::string out;
  if (!by_status_.empty()) {
    out += table_of(words.status, by_state_rows(by_status_), words, columns, color) + '\n';
  }
  if (!by_provider_.empty()) {
    out += table_of(words.provider, by_provider_rows(by_provider_, words), words, columns, color) +
           '\n';
  }
  return out + source_table(sources, words, columns, color);
}
