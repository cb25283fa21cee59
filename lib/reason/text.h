#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hagaki::reason {

/// A stretch of bytes, `end` behind the last.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// What was said, as rules see it.
struct SeenText {
  std::string bytes;
  std::vector<Span> names;  ///< where host names and URLs stand in it, in order
};

/// Text for rules: lower case (fold()), white space squeezed, mail addresses made "@" (so that a
/// mailbox called "spam" means nothing), reply and status codes taken out where lines were joined,
/// "^" put before it and "$" behind. At most limits::kDiagnostic bytes are read. And where in it a
/// word is only part of a name: a host called "spam.example.jp" says nothing about the message.
/// The local part of `recipient`, where it stands alone between quotes or brackets or ends a path,
/// is made "@" too.
SeenText see(std::string_view text, std::string_view recipient = {});

/// Lower case without accents and typographic signs: "Rejeté" and "rejete", "doesn’t" and
/// "doesn't", "e-mail" and "email" are the same. Texts and the words of rules go through it.
std::string fold(std::string_view text);

}  // namespace hagaki::reason
