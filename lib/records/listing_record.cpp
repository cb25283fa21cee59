#include "records/listing_record.h"

namespace hagaki::records {

Object listing_record(const dnsbl::Listing& listing,
                      const std::optional<dnsbl::Explanation>& explanation) {
  Object out;
  out.add("type", "listing")
      .add("v", 1)
      .add("query", listing.target.text)
      .add("kind", dnsbl::kind_name(listing.target.kind))
      .add("zone", listing.zone->zone)
      .add("result", dnsbl::outcome_name(listing.verdict.outcome));
  if (!listing.verdict.codes.empty()) out.add("codes", listing.verdict.codes);
  out.add("meaning", listing.verdict.meaning)
      .add("text", listing.text)
      .add("delist_url", listing.delist_url)
      .add("list", dnsbl::list_name(listing.zone->list))
      .add("elapsed_ms", listing.elapsed_ms)
      .add("time", listing.time);
  if (explanation) out.add("cause", explanation->cause).add("remedy", explanation->remedy);
  return out;
}

Object zone_record(const dnsbl::Zone& zone, bool asked) {
  Object out;
  out.add("type", "zone")
      .add("v", 1)
      .add("zone", zone.zone)
      .add("name", zone.name)
      .add("operator", zone.operated_by)
      .add("list", dnsbl::list_name(zone.list))
      .add("lists", zone.lists)
      .add("asked", asked)
      .add("scope", zone.scope)
      .add("access", zone.access)
      .add("needs_key", zone.key == dnsbl::KeyUse::Required)
      .add("limits", zone.limits)
      .add("policy", zone.policy)
      .add("lookup_url", zone.lookup_url)
      .add("delist_url", zone.delist_url)
      .add("status", zone.status)
      .add("status_date", zone.status_date)
      .add("note", zone.note)
      .add("source", zone.source);
  return out;
}

std::vector<Object> dead_zone_records(const dnsbl::DeadZone& zone) {
  std::vector<Object> out;
  const auto add = [&](const std::string& name) {
    Object row;
    row.add("type", "zone")
        .add("v", 1)
        .add("zone", name)
        .add("name", zone.name)
        .add("asked", false)
        .add("status", "dead")
        .add("status_date", zone.since)
        .add("note", zone.why)
        .add("source", zone.source);
    out.push_back(std::move(row));
  };
  for (const auto& name : zone.zones) add(name);
  for (const auto& suffix : zone.suffixes) add("*." + suffix);
  return out;
}

}  // namespace hagaki::records
