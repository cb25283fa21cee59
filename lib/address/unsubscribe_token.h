#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "address/address.h"
#include "base/result.h"

/// Tokens in links by which a recipient leaves a list (RFC 8058, RFC 2369): who leaves which
/// campaign, readable with the key alone, so that the page behind the link needs no database and no
/// log of a web server shows an address.
///
///     hu1.Lr0Y…          "hu", the version, a dot, base64url without padding (RFC 4648 §5)
///
/// Version 1 is tag and text: the tag the first 16 octets of HMAC-SHA-256 under one key over the
/// campaign, a line feed and the address; the text that same plain text, XORed with
/// HMAC-SHA-256 under another key over the tag and a counter (32 bits, big end first, from 0). Tag
/// first makes it a synthetic IV (Rogaway, Shrimpton 2006): the same recipient always has the same
/// token. Both keys are HMAC-SHA-256 of "unsubscribe token 1: tag" and "unsubscribe token 1: text"
/// under the secret, apart from whatever else it may sign.
namespace hagaki::unsubscribe {

/// Who leaves, and what.
struct Leave {
  Address recipient;  ///< in the spelling of the list
  std::string campaign;
};

/// What a token begins with.
inline constexpr std::string_view kPrefix = "hu1.";

/// The secrets of tokens: the first makes them, each of them can read them. Any number of threads
/// may use one.
class Keys {
 public:
  static constexpr std::size_t kLeast = 16;  ///< octets of a secret

  /// At least one secret; Error::Config where one is shorter than kLeast.
  static Result<Keys> make(const std::vector<std::string>& secrets);
  Keys(Keys&&) noexcept;
  Keys& operator=(Keys&&) noexcept;
  ~Keys();

  /// The token of `recipient` in `campaign`: letters, digits, "-", "_" and one dot; four for three
  /// octets of both. No line feed may stand in `campaign`.
  [[nodiscard]] std::string token(const Address& recipient, std::string_view campaign) const;

  /// Reads one token. Error::Syntax where `token` is none, Error::Unsupported for another version,
  /// Error::Denied where none of the keys has made it, or it was changed since.
  [[nodiscard]] Result<Leave> open(std::string_view token) const;

  /// Reads the token that stands in `text`: a link, a subject, the token itself. White space that a
  /// mail program has put into it is no harm. Errors as open() has them, Error::NotFound where no
  /// token stands there.
  [[nodiscard]] Result<Leave> find(std::string_view text) const;

 private:
  struct Pair;
  Keys();
  std::vector<Pair> pairs_;
};

/// Whether something that looks like a token of any version stands in `text`.
bool has_token(std::string_view text);

/// Whether `c` may stand in a token behind its dot.
bool is_token_character(char c);

}  // namespace hagaki::unsubscribe
