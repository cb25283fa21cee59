#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace hagaki::reason {

/// What somebody said about one recipient: a reply seen live, or what a report quotes of one.
struct Said {
  int code = 0;             ///< SMTP reply code; 0 = unknown
  std::string_view status;  ///< enhanced status code "5.1.1", or empty
  std::string_view text;    ///< the words; several lines allowed, codes may still stand in them
  /// "connect" … "rcpt", "data", "body" as delivery records have it, or empty.
  std::string_view phase;
  std::string_view host;  ///< the remote MTA or MX that spoke, or empty
  /// Of whom it was said, as an address; empty where it is not known. A mailbox may be called
  /// "spam".
  std::string_view recipient = {};
};

/// What it means. The views live as long as the Rules that gave them.
struct Verdict {
  /// A name of the taxonomy; "onhold" where the words allow no verdict, "undefined" where there are
  /// none, "delivered" for a 2xx.
  std::string_view reason;
  bool hard = false;      ///< the address is dead for good: is_hard(reason), and not said with 4xx
  std::string_view rule;  ///< id of the rule that decided; empty where none did
};

/// One row of the rules. All conditions given must hold; of the rows that hold the first one
/// decides, so their order is their rank: providers' own words (data/reasons-providers.json), words
/// that all use (data/reasons.json), then enhanced status codes, vague words and reply codes
/// (data/reasons-codes.json).
struct Rule {
  std::string id;
  std::string reason;
  /// Alternatives, compared with the text as see() leaves it. "*" stands for at most 120
  /// bytes of anything between two pieces, "^" for the text's begin, "$" for its end, "@" for any
  /// mail address. A piece begins where a word begins, unless "~" stands before it; "|" behind it
  /// says that a word ends there. Words are not looked for in host names and URLs, but by pieces
  /// that hold a "." or "/".
  std::vector<std::string> match;
  std::vector<std::string> code;    ///< "550", or "5" for all that begin so
  std::vector<std::string> status;  ///< "5.1.1"; a field may be "*"
  /// "" for unknown; "program" where no server spoke but a program that should take the mail.
  std::vector<std::string> phase;
  std::vector<std::string> host;  ///< suffix of the speaker's name, at a dot
  /// Where the words are known from: a URL, an RFC's section, or the system whose own message text
  /// it is.
  std::string source;
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

/// Why a verdict fell, for people and for authors of rules.
struct Why {
  Verdict verdict;
  const Rule* rule = nullptr;  ///< lives as long as the Rules; nullptr where none decided
  std::string text;            ///< as the rules saw it
  std::string pattern;         ///< which of the rule's; empty where it asks for no words
  /// The words that it matched: where they begin and end in `text`.
  std::vector<std::pair<std::size_t, std::size_t>> words;
  std::vector<const Rule*> others;  ///< rows behind it that hold too, in their order
};

/// The rules by which replies and diagnostics are judged. Immutable; any number of threads may ask.
class Rules {
 public:
  /// Reads rows as data/reasons.json has them. Error::Config names the row and what is wrong.
  static Result<Rules> parse(std::string_view json);
  /// The compiled-in rules, changed by the rows of `json`: one with a known id replaces that rule
  /// where it stands ("off": true takes it away), others go before the general words, or before the
  /// rule that "before" names. Their examples must be decided by them. Error::Config names the row.
  static Result<Rules> extended(std::string_view json);
  /// The rules that were compiled in.
  static const Rules& embedded();

  ~Rules();
  Rules(Rules&&) noexcept;
  Rules& operator=(Rules&&) noexcept;

  /// Judges by words first, then by enhanced status code, then by reply code: a server that says
  /// "550 system too busy" has not said that the address is dead. Never fails.
  [[nodiscard]] Verdict judge(const Said& said) const;

  /// The same verdict with what led to it; takes longer.
  [[nodiscard]] Why explain(const Said& said) const;

  [[nodiscard]] const std::vector<Rule>& rows() const;

 private:
  struct State;
  static Rules build(std::vector<Rule> rows);
  explicit Rules(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace hagaki::reason
