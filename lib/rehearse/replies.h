#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace hagaki::rehearse {

/// What providers say, by provider and kind ("unknown", "full", "suspended", "greylist", "busy",
/// "connections", "rate", "blocked", "relay-denied", "recipients", "size", "content",
/// "authentication"). A provider without words for a kind speaks as "postfix".
///
/// A reply is written "550 5.1.1 text", with "\n" between the lines of a longer one (without code).
class Replies {
 public:
  /// Reads the table of provider-replies.toml. Error::Config names the line.
  static Result<Replies> parse(std::string_view toml, const std::string& name);
  /// The table that is built in.
  static const Replies& builtin();

  /// The reply template; never empty for a kind that is named above.
  [[nodiscard]] std::string_view find(std::string_view provider, std::string_view kind) const;
  [[nodiscard]] bool knows_provider(std::string_view provider) const;
  [[nodiscard]] static bool knows_kind(std::string_view kind);

 private:
  std::map<std::string, std::map<std::string, std::string, std::less<>>, std::less<>> table_;
};

/// What the placeholders {recipient}, {local}, {domain}, {sender}, {ip} and {host} stand for.
struct ReplyFacts {
  std::string_view recipient{};
  std::string_view sender{};
  std::string_view ip{};
  std::string_view host{};
};

/// Fills in the placeholders; what stands in braces otherwise is left. Control characters in facts
/// are dropped, so that nobody can add a line.
std::string fill_reply(std::string_view reply, const ReplyFacts& facts);

/// True for "NNN text" with NNN from 400 to 599 and printable ASCII or UTF-8 text.
bool valid_refusal(std::string_view reply);

/// As it goes over the wire: every line with code and, where the first has one, enhanced code;
/// CRLF at the end of each.
std::string wire_reply(std::string_view reply);

/// The same reply without its enhanced status code.
std::string without_status(std::string_view reply);

/// As it stands in a Diagnostic-Code field: one line, each reply line with its code.
std::string diagnostic_reply(std::string_view reply);

/// The enhanced status code of a reply; "4.0.0" or "5.0.0" where it has none.
std::string reply_status(std::string_view reply);

/// 4 for "451 …"; 0 where it is no reply.
int reply_class(std::string_view reply);

}  // namespace hagaki::rehearse
