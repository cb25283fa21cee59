#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "dkim/record.h"
#include "dns/resolver.h"

namespace hagaki::dkim {

/// The name of the TXT record that holds a key (RFC 6376 §3.6.2.1).
std::string key_name(std::string_view selector, std::string_view domain);

/// What DNS says about a key.
struct KeyAnswer {
  enum class Standing {
    Found,
    Missing,
    Several,  ///< more than one record, of which receivers take any (RFC 6376 §3.6.2.2)
    Bad,      ///< it cannot be read
    Revoked,  ///< p is empty
    Unknown,  ///< DNS could not be asked
  };
  Standing standing = Standing::Unknown;
  Record record;       ///< of Found and Revoked
  std::string detail;  ///< why Bad or Unknown, for people
};

/// Judges the answer to a question for the TXT of key_name().
KeyAnswer read_answer(const dns::Answer& answer);

/// Length of the key of `record` in bits; 256 for Ed25519. Error::Unsupported for another key type,
/// Error::Syntax where p holds no such key.
Result<int> key_bits(const Record& record);

}  // namespace hagaki::dkim
