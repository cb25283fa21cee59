#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/text.h"
#include "dsn/dialects.h"
#include "dsn/notice.h"
#include "dsn/report.h"
#include "dsn/text_report.h"
#include "mime/reader.h"
#include "reason/judge.h"

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

/// The notice's words where no recipient has words of its own.
std::string words_for_all(const Notice& notice);

/// What the notice says of the whole matter; `subject` may be empty.
Tenor tenor_of(const Notice& notice, std::string_view subject, const Dialects& dialects);

/// The addresses of those who wrote the notice and of whoever sent the mail that it is about.
std::vector<std::string> own_addresses(const mime::Message& message, const Notice& notice);

/// Reads a notice in `dialect`'s own words into `report`.
void read_words(const mime::Message& message, const Notice& notice, const Dialects& dialects,
                const Dialect& dialect, const reason::Rules& rules, Report& report);

}  // namespace hagaki::dsn
