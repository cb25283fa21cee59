#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dns/resolver.h"
#include "dnsbl/zones.h"

namespace hagaki::dnsbl {

/// What a list said. Only the first two are answers about the target.
enum class Outcome {
  Listed,
  NotListed,
  Refused,  ///< the list, or the resolver, will not answer us
  Error,    ///< an answer that cannot be one of a working list
  Timeout,
};

/// An answer judged by its zone's row.
struct Verdict {
  Outcome outcome = Outcome::Error;
  std::vector<std::string> codes;  ///< the addresses answered, in numeric order
  std::string meaning;             ///< one line; empty for NotListed
};

/// Judges the answer to an A question by the rules that hold for all lists and by `zone`'s codes:
/// - an address outside 127.0.0.0/8 spoils the whole answer (a rewriting resolver, a parked zone);
/// - the zone's error codes and 127.255.255.0/24 are a refusal and never a listing;
/// - 127.0.0.1 is a listing only where the zone documents it;
/// - any other 127/8 address is a listing, said to be undocumented where the zone has no code for
/// it;
/// - REFUSED, SERVFAIL and silence are never "not listed".
Verdict judge(const Zone& zone, const dns::Answer& answer);

/// "listed", "not-listed", "refused", "error", "timeout".
std::string_view outcome_name(Outcome outcome);

}  // namespace hagaki::dnsbl
