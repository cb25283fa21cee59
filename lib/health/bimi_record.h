#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace hagaki::health {

/// The name of the TXT record that names a domain's logo (BIMI, draft-brand-indicators-for-
/// message-identification §4.2), with the selector "default".
std::string bimi_name(std::string_view domain);

/// A record of BIMI.
struct BimiRecord {
  std::string logo;       ///< l; empty: the domain declines to show one
  std::string authority;  ///< a: the certificate of the mark; may be empty
};

/// Whether a TXT record is meant as BIMI: "v=BIMI1" comes first.
bool is_bimi(std::string_view txt);

/// Reads it. Error::Syntax where l is missing, or l or a is no https: URL.
Result<BimiRecord> parse_bimi(std::string_view txt);

}  // namespace hagaki::health
