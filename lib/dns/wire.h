#pragma once

#include <string_view>

#include "dns/resolver.h"

namespace hagaki::dns {

/// Bounds on one answer; what is beyond them is left out (a resolver we did not choose may say
/// anything).
inline constexpr std::size_t kMaxRecords = 256;    ///< records kept
inline constexpr std::size_t kMaxCnames = 16;      ///< links of a CNAME chain followed
inline constexpr std::size_t kMaxTxtBytes = 4096;  ///< of one TXT record, strings joined

/// Reads a response (RFC 1035 §4) to a question of type `asked`: the records of that type that
/// belong to the question's name or to the end of its CNAME chain. The code of the header decides
/// between NxDomain, Refused, ServFail (with any other code named in `detail`) and Ok or NoData. A
/// truncated response (TC) that holds no such record is Malformed, since the rest is unknown.
Answer parse_answer(std::string_view response, Type asked);

}  // namespace hagaki::dns
