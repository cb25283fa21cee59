#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "dns/resolver.h"

namespace hagaki::dns {

/// Bounds on one answer; what is beyond them is left out (a resolver we did not choose may say
/// anything).
inline constexpr std::size_t kMaxRecords = 256;    ///< records kept
inline constexpr std::size_t kMaxCnames = 16;      ///< links of a CNAME chain followed
inline constexpr std::size_t kMaxTxtBytes = 4096;  ///< of one TXT record, strings joined

/// Longest time that "there is none" is said to hold, whatever the zone says (RFC 2308 §5).
inline constexpr std::uint32_t kMaxNegativeTtl = 3600;

/// Reads a response (RFC 1035 §4) to the question for `name` and `asked`: the records of that type
/// that belong to the name or to the end of its CNAME chain; no record's TTL is longer than those
/// of the chain. The code of the header, with the upper bits that EDNS has (RFC 6891 §6.1.3),
/// decides between NxDomain, Refused, ServFail (with any other code named in `detail`) and Ok or
/// NoData. Malformed: a message that is no response to this very question, a truncated response
/// (TC) that holds no such record, since the rest is unknown, and one that has records of a name
/// that it says does not exist.
Answer parse_answer(std::string_view response, Type asked, std::string_view name);

}  // namespace hagaki::dns
