#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hagaki::tlspolicy {

/// The name of the TXT record by which `domain` asks for reports on TLS (RFC 8460 §3).
std::string tls_report_name(std::string_view domain);

/// Whether a TXT record is meant as one: it begins with "v=TLSRPTv1".
bool is_tls_report(std::string_view record);

/// Where reports go, mailto: or https:, one at least. Error::Syntax where the record breaks the
/// grammar of RFC 8460 §3, or names no such URI.
Result<std::vector<std::string>> parse_tls_report(std::string_view record);

}  // namespace hagaki::tlspolicy
