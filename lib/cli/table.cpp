#include "cli/table.h"

#include <algorithm>
#include <numeric>

#include "base/text.h"

namespace hagaki::cli {
namespace {

constexpr std::string_view kGap = "  ";

/// Narrows the widest columns first, of those with this `last_cut`, until `widths` and the gaps fit
/// `width`.
void fit(std::vector<std::size_t>& widths, const std::vector<Table::Column>& columns,
         std::size_t width, bool last_cut) {
  const std::size_t gaps = kGap.size() * (widths.size() - 1);
  for (;;) {
    const std::size_t total = std::accumulate(widths.begin(), widths.end(), gaps);
    if (total <= width) return;
    std::size_t widest = widths.size();
    for (std::size_t i = 0; i < widths.size(); ++i) {
      if (columns[i].last_cut == last_cut && widths[i] > columns[i].min_width &&
          (widest == widths.size() || widths[i] > widths[widest])) {
        widest = i;
      }
    }
    if (widest == widths.size()) return;
    --widths[widest];
  }
}

}  // namespace

Table::Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

void Table::row(std::vector<std::string> cells, std::string color) {
  cells.resize(columns_.size());
  for (auto& cell : cells) cell = printable(cell);
  rows_.push_back({std::move(cells), std::move(color)});
}

std::string Table::text(std::size_t width, bool color) const {
  std::vector<std::size_t> widths;
  for (const auto& column : columns_) widths.push_back(display_width(column.title));
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < widths.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(row.cells[i]));
    }
  }
  fit(widths, columns_, width, false);
  fit(widths, columns_, width, true);

  std::string out;
  const auto add_row = [&](const std::vector<std::string>& cells) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::string cell = fit_columns(cells[i], widths[i]);
      const std::string pad(widths[i] - std::min(widths[i], display_width(cell)), ' ');
      if (i > 0) line.append(kGap);
      line.append(columns_[i].align == Align::Right ? pad + cell : cell + pad);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out.append(line);
  };
  std::vector<std::string> titles;
  for (const auto& column : columns_) titles.push_back(column.title);
  if (color) out.append("\x1b[1m");
  add_row(titles);
  out.append(color ? "\x1b[0m\n" : "\n");
  for (const auto& row : rows_) {
    const bool painted = color && !row.color.empty();
    if (painted) out.append("\x1b[").append(row.color).append("m");
    add_row(row.cells);
    out.append(painted ? "\x1b[0m\n" : "\n");
  }
  return out;
}

}  // namespace hagaki::cli
