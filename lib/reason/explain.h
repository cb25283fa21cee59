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

/// What is to be explained.
struct Happened {
  std::string_view reason = {};
  int code = 0;                    ///< SMTP reply code; 0 = unknown
  std::string_view email = {};     ///< the address that was mailed
  std::string_view final_to = {};  ///< the one that failed, where it is known
};

/// Advice for every reason of the taxonomy, for "unsubscribe" and for "block" (a receiver that
/// refuses us all), in one language.
class Advisor {
 public:
  /// Reads data/advice.json's form for `language` ("en", "ja"). Error::Config where the language or
  /// a text is missing.
  static Result<Advisor> parse(std::string_view json, std::string_view language);
  /// The texts that were compiled in; any language but "ja" gives English.
  static Advisor builtin(std::string_view language);

  /// nullptr for a reason it does not know.
  [[nodiscard]] const Advice* find(std::string_view reason) const;

  /// Advice for one case: where the words allowed no verdict, what the reply code means; where
  /// another address failed than was mailed, that a forward is behind it. Both texts are empty for
  /// a reason it does not know.
  [[nodiscard]] Advice advise(const Happened& happened) const;

 private:
  std::map<std::string, Advice, std::less<>> advice_;
  std::map<std::string, std::string, std::less<>> codes_;  ///< cause by reply code
  Advice forward_;  ///< with {email} and {final} to be filled in
};

}  // namespace hagaki::reason
