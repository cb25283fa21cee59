#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hagaki::reason {

/// What a reason means and what to do about it, for a person. One sentence or more each.
struct Advice {
  std::string cause;
  std::string remedy;
};

/// Advice for every reason of the taxonomy, and for "unsubscribe", in one language.
class Advisor {
 public:
  /// Reads data/advice.json's form for `language` ("en", "ja"). Error::Config where the language or
  /// a text is missing.
  static Result<Advisor> parse(std::string_view json, std::string_view language);
  /// The texts that were compiled in; any language but "ja" gives English.
  static Advisor builtin(std::string_view language);

  /// nullptr for a reason it does not know.
  [[nodiscard]] const Advice* find(std::string_view reason) const;

 private:
  std::map<std::string, Advice, std::less<>> advice_;
};

}  // namespace hagaki::reason
