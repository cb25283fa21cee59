#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hagaki::reason {

/// What somebody said about one recipient: a reply seen live, or what a report quotes of one.
struct Said {
  int code = 0;             ///< SMTP reply code; 0 = unknown
  std::string_view status;  ///< enhanced status code "5.1.1", or empty
  std::string_view text;    ///< the words; several lines allowed, codes may still stand in them
  std::string_view
      phase;  ///< "connect" … "rcpt", "data", "body" as delivery records have it, or empty
  std::string_view host;  ///< the remote MTA or MX that spoke, or empty
};

/// What it means. The views live as long as the Rules that gave them.
struct Verdict {
  std::string_view reason;  ///< a name of the taxonomy; "onhold" where the words allow no verdict,
                            ///< "undefined" where there are none, "delivered" for a 2xx
  bool hard = false;      ///< the address is dead for good: is_hard(reason), and not said with 4xx
  std::string_view rule;  ///< id of the rule that decided; empty where none did
};

/// One row of the rules (data/reasons.json). All conditions given must hold; of the rows that hold
/// the first one in the file decides, so their order is their rank: words first, then enhanced
/// status codes, then vague words, then reply codes.
struct Rule {
  std::string id;
  std::string reason;
  /// Alternatives, compared with the text as normalise() leaves it. "*" stands for anything between
  /// two pieces, "^" for the text's begin, "$" for its end, "@" for any mail address.
  std::vector<std::string> match;
  std::vector<std::string> code;    ///< "550", or "5" for all that begin so
  std::vector<std::string> status;  ///< "5.1.1"; a field may be "*"
  std::vector<std::string> phase;
  std::vector<std::string> host;  ///< suffix of the speaker's name, at a dot
  std::string source;             ///< where the words are known from
  struct Example {
    int code = 0;
    std::string status;
    std::string phase;
    std::string host;
    std::string text;
  } example;  ///< what this row must decide
};

/// True when `name` is a word of the taxonomy.
bool is_reason(std::string_view name);

/// True for the reasons that kill an address: userunknown, hostunknown, hasmoved, notaccept.
bool is_hard(std::string_view reason);

/// Text as rules see it: lower case, white space squeezed, mail addresses made "@" (so that a
/// mailbox called "spam" means nothing), reply and status codes taken out where lines were joined,
/// "^" put before it and "$" behind. At most limits::kDiagnostic bytes are read.
std::string normalise(std::string_view text);

/// The rules by which replies and diagnostics are judged. Immutable; any number of threads may ask.
class Rules {
 public:
  /// Reads rows as data/reasons.json has them. Error::Config names the row and what is wrong.
  static Result<Rules> parse(std::string_view json);
  /// The rules that were compiled in.
  static const Rules& embedded();

  ~Rules();
  Rules(Rules&&) noexcept;
  Rules& operator=(Rules&&) noexcept;

  /// Judges by words first, then by enhanced status code, then by reply code: a server that says
  /// "550 system too busy" has not said that the address is dead. Never fails.
  [[nodiscard]] Verdict judge(const Said& said) const;

  [[nodiscard]] const std::vector<Rule>& rows() const;

 private:
  struct State;
  explicit Rules(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace hagaki::reason
