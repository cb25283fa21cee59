#pragma once

#include <optional>

#include "dnsbl/explain.h"
#include "dnsbl/listing.h"
#include "records/line.h"
#include "records/object.h"

namespace hagaki::records {

/// The "listing" record of hagaki-records(5); `explanation` adds `cause` and `remedy`.
Object listing_record(const dnsbl::Listing& listing,
                      const std::optional<dnsbl::Explanation>& explanation);

/// Reads from a "listing" record what a list said: verdict, words, page, how long it took and when;
/// target and zone of `listing` stay. False where the record says no result that is known.
bool read_listing(const Line& line, dnsbl::Listing& listing);

/// The "zone" record of hagaki-records(5): one row of the zone table. `asked` says whether the
/// options given would ask it.
Object zone_record(const dnsbl::Zone& zone, bool asked);

/// The "zone" record of each list that `zone` holds dead: `status` is "dead", `note` says why.
std::vector<Object> dead_zone_records(const dnsbl::DeadZone& zone);

}  // namespace hagaki::records
