#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "dkim/key.h"

namespace hagaki::dkim {

/// A key as DNS has it (RFC 6376 §3.6.1).
struct Record {
  std::string key_type;  ///< k: "rsa", "ed25519"; lower case
  std::string key;       ///< p, decoded; empty where the key is revoked
  bool testing = false;  ///< t=y: receivers treat the mail as if it were not signed
};

/// Reads a record. Error::Syntax for text that is no tag list, without p, with v that is not
/// "DKIM1" or not first, and for a record that is not for mail (s) or not for SHA-256 (h).
Result<Record> parse_record(std::string_view txt);

/// True when `record` holds the public side of `key`: as a SubjectPublicKeyInfo, or as the bare
/// RSAPublicKey that some publish (RFC 6376, erratum 3017).
bool is_of(const Record& record, const Key& key);

}  // namespace hagaki::dkim
