#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "address/address.h"
#include "base/digest.h"

/// Variable envelope return paths: a bounce address that names the recipient. The one form in which
/// mail-send writes it and bounce-parse reads it:
///
///     bounces+user=example.com=token@sender.example
///     bounces+user=example.com=token-tag@sender.example     signed by a key
///
/// In the recipient's local part everything but letters, digits, ".", "-" and "_" stands as ~XX
/// (hex), so "=" and "+" separate without doubt.
namespace hagaki::verp {

struct Decoded {
  Address recipient;  ///< spelling kept
  std::string token;  ///< empty when there is none
  std::string tag;    ///< of a signed path; empty when there is none
};

/// What the tag of a return path is worth.
enum class Tag {
  Unchecked,  ///< nobody has looked
  Missing,    ///< the path names nobody, or carries no tag
  Invalid,    ///< made without the key, or changed since
  Valid,
};

/// "missing", "invalid", "valid"; empty for Unchecked.
std::string_view tag_name(Tag tag);

/// The secret that signs return paths, so that nobody else can make one and so report somebody's
/// address as dead. A tag is the first 40 bits of the HMAC-SHA-256 of recipient and token: few
/// characters of the 64 that there are, and enough where each guess is a mail to us. Any number of
/// threads may use one.
class Key {
 public:
  static constexpr std::size_t kLeast = 16;  ///< octets of a secret

  /// Error::Config for a shorter secret, which could be guessed from one's own return path.
  static Result<Key> make(std::string_view secret);

  /// Eight letters and digits. It stays the same when a server changes the path's case.
  [[nodiscard]] std::string tag(const Address& recipient, std::string_view token) const;
  /// Missing, Invalid or Valid.
  [[nodiscard]] Tag check(const Decoded& path) const;

 private:
  explicit Key(std::string_view secret) : hmac_(secret) {}
  HmacSha256 hmac_;
};

/// The envelope sender for `recipient` when bounces go to `sender`, signed where there is a `key`.
/// `token` (letters and digits, may be empty) names the campaign. Error::Limit when the local part
/// would pass 64 octets (RFC 5321 §4.5.3.1.1): the caller may try without token, then without VERP.
/// Error::Syntax when `sender`'s local part holds "+" or is quoted, or `token` has other
/// characters.
Result<std::string> encode(const Address& sender, const Address& recipient, std::string_view token,
                           const Key* key = nullptr);

/// Reads a return path written by encode(), and what other software writes: anything+user=domain@,
/// list-bounces-user=domain@, list-return-N-user=domain@ (qmail), each also behind a BATV tag
/// (prvs=tag=…). Nothing when it names no recipient. Believes every path: see Key::check().
std::optional<Decoded> decode(std::string_view return_path);

}  // namespace hagaki::verp
