#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/text.h"
#include "dsn/dialects.h"
#include "dsn/reading.h"
#include "dsn/report.h"
#include "dsn/text_report.h"

namespace hagaki::dsn {

/// What a notice names, by address in lower case.
class NamedIndex {
 public:
  explicit NamedIndex(const std::vector<Named>& named) {
    for (const auto& n : named) by_address_.emplace(ascii_lower(n.address), &n);
  }
  [[nodiscard]] const Named* find(std::string_view address) const {
    const auto it = by_address_.find(ascii_lower(address));
    return it == by_address_.end() ? nullptr : it->second;
  }

 private:
  std::unordered_map<std::string, const Named*> by_address_;
};

/// Reads a notice in `dialect`'s own words into `report`.
void read_words(const Reading& reading, const Dialect& dialect, Report& report);

}  // namespace hagaki::dsn
