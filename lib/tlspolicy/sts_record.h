#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dns/resolver.h"

namespace hagaki::tlspolicy {

/// The name of the TXT record by which `domain` (A-label form) says that it has an MTA-STS policy
/// (RFC 8461 §3.1).
std::string sts_record_name(std::string_view domain);

/// The host whose web server has that policy (RFC 8461 §3.3).
std::string sts_policy_host(std::string_view domain);

/// The id of one such record, 1 to 32 letters and digits: it changes when the policy does. Nothing
/// for a record that breaks the grammar.
std::optional<std::string> parse_sts_record(std::string_view record);

/// The id that an answer for sts_record_name() gives. Nothing where the domain has no policy: no
/// record begins with the version, two do, or the one that does cannot be read.
std::optional<std::string> sts_policy_id(const dns::Answer& answer);

}  // namespace hagaki::tlspolicy
