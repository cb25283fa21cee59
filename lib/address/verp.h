#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "address/address.h"

namespace hagaki {

/// A return path that names the recipient: bounces+user=example.com@sender.example. The one form
/// in which mail-send writes it and bounce-parse and list-prune read it.
namespace verp {

/// The envelope sender for `recipient` when bounces go to `sender`. `campaign_token` (letters and
/// digits, may be empty) is carried along: local+token-user=domain@…
/// "=" , "+" and bytes that a dot-string cannot hold are escaped as "%XX"-like "=XX"; the result
/// is at most 64 octets before the "@" (RFC 5321 §4.5.3.1.1), else Error::Limit.
Result<std::string> encode(const Address& sender, const Address& recipient,
                           std::string_view campaign_token);

struct Decoded {
  std::string recipient;       ///< user@domain
  std::string campaign_token;  ///< empty when there is none
};

/// Reads a return path written by encode(), and the plain forms of other software
/// (bounce+user=domain@, bounce-user=domain@, prvs=tag=user@). Nothing when it is none.
std::optional<Decoded> decode(std::string_view return_path);

}  // namespace verp
}  // namespace hagaki
