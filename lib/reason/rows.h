#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "reason/judge.h"

namespace hagaki::reason {

/// A row of a rule file: a rule, and what it does to the rules that are there.
struct Row {
  Rule rule;
  bool off = false;    ///< takes the rule of this id away; nothing else of the row counts
  std::string before;  ///< id of the rule that it is put before; empty = the usual place
};

/// Reads a rule file (data/*.json, bounce-parse's --rules). Error::Config or Error::Limit, the
/// context naming the row by its id, else by its number.
Result<std::vector<Row>> read_rows(std::string_view json);

}  // namespace hagaki::reason
