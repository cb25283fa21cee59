#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"

namespace hagaki::harvest {

/// `header` as headers are compared: lower case, half width, without blanks, punctuation, and what
/// stands in brackets at its end.
std::string fold_header(std::string_view header);

/// `header` as the name of a template field: half width, ASCII in snake_case, other letters kept,
/// everything else one "_". Empty when nothing is left.
std::string snake_case(std::string_view header);

/// Which header means which field (data/columns.json).
class ColumnNames {
 public:
  /// Reads the table's JSON. Error::Config says what is wrong with it.
  static Result<ColumnNames> parse(std::string_view json);
  /// The table that hagaki was built with.
  static Result<ColumnNames> builtin();

  /// "email" for "メールアドレス"; empty for a header that the table does not have.
  [[nodiscard]] std::string_view field(std::string_view header) const;

 private:
  std::unordered_map<std::string, std::string> fields_;  ///< by folded header
};

/// What each column of one file becomes.
struct ColumnPlan {
  std::vector<std::string> fields;  ///< by column; never empty names, no name twice
  std::size_t email = 0;            ///< the column of the address
};

/// One --map.
struct ColumnOverride {
  std::string field;
  std::string column;
};

/// Reads the overrides of --map, each "FIELD=COLUMN". Error::Config says what is wrong.
Result<std::vector<ColumnOverride>> read_overrides(const std::vector<std::string>& texts);

/// Lays out the columns of a file by its header row and the overrides of --map, each
/// "FIELD=COLUMN" with a header or a number from 1. A column that no rule knows keeps its header in
/// snake_case; names that records use themselves ("mx", "type") and names that come twice are told
/// apart by a suffix. The first column of addresses is "email", the second "alt_email"; where the
/// table knows only second addresses, the first of them is "email". Error::Config for a bad
/// override, Error::Syntax when no column holds addresses.
Result<ColumnPlan> plan_columns(const std::vector<std::string>& header, const ColumnNames& names,
                                const std::vector<std::string>& overrides);

/// As plan_columns(), for a file without header row, whose first record is `first`: the one column
/// that holds an address is "email", the others are "column_N". Overrides take numbers only.
Result<ColumnPlan> plan_without_header(const std::vector<std::string>& first,
                                       const std::vector<std::string>& overrides);

/// Whether `first` is data and not a header row: some field of it is an address.
bool is_data_row(const std::vector<std::string>& first);

}  // namespace hagaki::harvest
