#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hagaki::dnsbl {

/// What lists say, in another language: the meanings and notes of the zone table and those that
/// judge() gives, by data/phrases-ja.json. Records keep the English ones.
class Phrases {
 public:
  /// `language` is "en" or "ja"; any other gets English, which has nothing to look up.
  static Result<Phrases> builtin(std::string_view language);

  /// `said` in the language. Meanings are parted by "; " and by ", "; a part that is not known
  /// stays as it is.
  [[nodiscard]] std::string of(std::string_view said) const;

 private:
  /// `said` as one phrase.
  [[nodiscard]] std::optional<std::string> known(std::string_view said) const;

  /// A phrase with one part that differs: "does not list its test point {point}".
  struct Form {
    std::string before;
    std::string after;
    std::string said_before;
    std::string said_after;
  };

  std::map<std::string, std::string, std::less<>> exact_;
  std::vector<Form> forms_;
};

}  // namespace hagaki::dnsbl
