#include "report.h"

#include <sstream>

#include <fmt/core.h>

#include "base/text.h"
#include "records/reader.h"

using namespace hagaki;

namespace {

constexpr std::uint64_t kMostRows = 500;

/// One piece of evidence in words: its time and what was said.
std::string in_words(const std::string& evidence) {
  std::istringstream in(evidence);
  records::Reader reader(in, "", [](const Error&) {}, {.require_email = false});
  const auto* line = reader.next();
  if (!line) return {};
  std::string out;
  const auto add = [&](std::optional<std::string_view> text) {
    if (text && !text->empty()) out.append(out.empty() ? "" : " ").append(*text);
  };
  if (const auto time = line->string("time")) add(time->substr(0, 10));
  if (const auto code = line->integer("code")) add(std::to_string(*code));
  for (const char* key :
       {"status", "diagnostic", "feedback_type", "mx_status", "error", "key", "summary"}) {
    add(line->string(key));
  }
  add(line->string("entry"));
  add(line->string("where"));
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
  if (summary.bad > 0) out += ", " + counted(summary.bad, "bad line");
  return out;
}

cli::Table summary_table(const Summary& summary) {
  using Align = cli::Table::Align;
  cli::Table table({{"rule", Align::Left, 8}, {"recipients", Align::Right, 10}});
  for (const auto& [rule, count] : summary.pruned) table.row({rule, std::to_string(count)});
  table.row({"kept", std::to_string(summary.kept)});
  table.row({"read", std::to_string(summary.read)});
  if (summary.bad > 0) table.row({"bad lines", std::to_string(summary.bad)});
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
