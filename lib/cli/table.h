#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace hagaki::cli {

/// A table for a person: columns aligned by display width (East Asian wide characters count two),
/// cut to the terminal's width where needed, remote text made printable.
class Table {
 public:
  enum class Align { Left, Right };
  struct Column {
    std::string title;
    Align align = Align::Left;
    std::size_t min_width = 4;  ///< never cut below this
    bool last_cut = false;      ///< only when the others have no more to give
  };

  explicit Table(std::vector<Column> columns);
  /// One row; missing cells are empty. `color` is an SGR number ("31") or empty.
  void row(std::vector<std::string> cells, std::string color = {});
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  /// The table as text that fits `width` columns; widest columns give way first, those that are cut
  /// last after the others.
  [[nodiscard]] std::string text(std::size_t width, bool color) const;

 private:
  struct Row {
    std::vector<std::string> cells;
    std::string color;
  };
  std::vector<Column> columns_;
  std::vector<Row> rows_;
};

}  // namespace hagaki::cli
