#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "address/address.h"

/// Variable envelope return paths: a bounce address that names the recipient. The one form in which
/// mail-send writes it and bounce-parse reads it:
///
///     bounces+user=example.com=token@sender.example
///
/// In the recipient's local part everything but letters, digits, ".", "-" and "_" stands as ~XX
/// (hex), so "=" and "+" separate without doubt.
namespace hagaki::verp {

/// The envelope sender for `recipient` when bounces go to `sender`. `token` (letters and digits,
/// may be empty) names the campaign. Error::Limit when the local part would pass 64 octets (RFC
/// 5321 §4.5.3.1.1): the caller may try without token, then without VERP. Error::Syntax when
/// `sender`'s local part holds "+" or is quoted, or `token` has other characters.
Result<std::string> encode(const Address& sender, const Address& recipient, std::string_view token);

struct Decoded {
  std::string recipient;  ///< user@domain, spelling kept
  std::string token;      ///< empty when there is none
};

/// Reads a return path written by encode(), and what other software writes: anything+user=domain@,
/// list-bounces-user=domain@, list-return-N-user=domain@ (qmail), each also behind a BATV tag
/// (prvs=tag=…). Nothing when it names no recipient.
std::optional<Decoded> decode(std::string_view return_path);

}  // namespace hagaki::verp
