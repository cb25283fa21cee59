#include "report.h"

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "base/text.h"
#include "evidence.h"

using namespace hagaki;

namespace {

constexpr std::uint64_t kMostRows = 500;
constexpr std::size_t kMostDomains = 20;

/// One piece of evidence in words: its time and what was said.
std::string in_words(const std::string& evidence) {
  std::string out;
  read_evidence(evidence, [&](const records::Line& line) {
    const auto add = [&](std::optional<std::string_view> text) {
      if (text && !text->empty()) out.append(out.empty() ? "" : " ").append(*text);
    };
    if (const auto time = line.string("time")) add(time->substr(0, 10));
    // Codes that the diagnostic holds already are not said twice.
    const auto diagnostic = line.string("diagnostic").value_or("");
    const auto add_new = [&](std::string_view text) {
      if (diagnostic.find(text) == std::string_view::npos) add(text);
    };
    if (const auto code = line.integer("code")) add_new(std::to_string(*code));
    add_new(line.string("status").value_or(""));
    for (const char* key : {"diagnostic", "feedback_type", "mx_status", "error", "key", "summary",
                            "entry", "where"}) {
      add(line.string(key));
    }
  });
  return out;
}

}  // namespace

std::uint64_t Summary::pruned_total() const {
  std::uint64_t n = 0;
  for (const auto& [rule, count] : pruned) n += count;
  return n;
}

std::string summary_line(const Summary& summary) {
  std::string rules;
  for (const auto& [rule, count] : summary.pruned) {
    rules += fmt::format("{}{} {}", rules.empty() ? " (" : ", ", count, rule);
  }
  if (!rules.empty()) rules += ")";
  std::string out = fmt::format("{} read, {} kept, {} pruned{}", summary.read, summary.kept,
                                summary.pruned_total(), rules);
  std::uint64_t tagged = 0;
  for (const auto& [rule, count] : summary.tagged) tagged += count;
  if (tagged > 0) out += fmt::format(", {} tagged", tagged);
  if (summary.bad > 0) out += ", " + counted(summary.bad, "bad line");
  return out;
}

cli::Table summary_table(const Summary& summary) {
  using Align = cli::Table::Align;
  cli::Table table({{"rule", Align::Left, 8}, {"recipients", Align::Right, 10}});
  for (const auto& [rule, count] : summary.pruned) table.row({rule, std::to_string(count)});
  for (const auto& [rule, count] : summary.tagged) {
    table.row({rule + " (tagged)", std::to_string(count)});
  }
  table.row({"kept", std::to_string(summary.kept)});
  table.row({"read", std::to_string(summary.read)});
  if (summary.bad > 0) table.row({"bad lines", std::to_string(summary.bad)});
  return table;
}

cli::Table domain_table(const Summary& summary) {
  using Align = cli::Table::Align;
  cli::Table table({{"domain", Align::Left, 12},
                    {"pruned", Align::Right, 8},
                    {"of", Align::Right, 8},
                    {"share", Align::Right, 6}});
  std::vector<std::pair<std::string, DomainCount>> rows;
  for (const auto& row : summary.domains) {
    if (row.second.pruned > 0) rows.push_back(row);
  }
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    return std::tie(b.second.pruned, a.first) < std::tie(a.second.pruned, b.first);
  });
  if (rows.size() > kMostDomains) rows.resize(kMostDomains);
  for (const auto& [domain, count] : rows) {
    table.row({domain.empty() ? "(no address)" : domain, std::to_string(count.pruned),
               std::to_string(count.read),
               fmt::format("{:.1f}%", 100.0 * static_cast<double>(count.pruned) /
                                          static_cast<double>(count.read))});
  }
  return table;
}

PrunedTable::PrunedTable()
    : table_({{"pruned", cli::Table::Align::Left, 16},
              {"rule", cli::Table::Align::Left, 12},
              {"because", cli::Table::Align::Left, 16}}) {}

void PrunedTable::add(const records::Line& recipient, const rules::Decision& decision) {
  if (++rows_ > kMostRows) return;
  std::string why = decision.evidence.empty() ? "" : in_words(decision.evidence.back());
  if (decision.until) why = "until " + format_rfc3339(*decision.until).substr(0, 10) + "; " + why;
  table_.row({std::string(recipient.email()), decision.rule, why});
}

std::string PrunedTable::text(std::size_t columns, bool color) const {
  if (rows_ == 0) return {};
  std::string out = table_.text(columns, color);
  if (rows_ > kMostRows) out += fmt::format("… and {} more\n", rows_ - kMostRows);
  return out;
}
