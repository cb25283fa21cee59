#include "records/listing_record.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace hagaki::records {
namespace {

constexpr std::array kOutcomes{dnsbl::Outcome::Listed, dnsbl::Outcome::NotListed,
                               dnsbl::Outcome::Refused, dnsbl::Outcome::Error,
                               dnsbl::Outcome::Timeout};

/// The strings of a JSON array of addresses, which need no escapes.
std::vector<std::string> read_codes(std::string_view json) {
  std::vector<std::string> out;
  for (std::size_t begin = json.find('"'); begin != std::string_view::npos;) {
    const auto end = json.find('"', begin + 1);
    if (end == std::string_view::npos) break;
    out.emplace_back(json.substr(begin + 1, end - begin - 1));
    begin = json.find('"', end + 1);
  }
  return out;
}

}  // namespace

bool read_listing(const Line& line, dnsbl::Listing& listing) {
  const auto result = line.string("result");
  const auto* outcome = std::find_if(kOutcomes.begin(), kOutcomes.end(), [&](dnsbl::Outcome one) {
    return result && dnsbl::outcome_name(one) == *result;
  });
  const auto time = parse_rfc3339(line.string("time").value_or(""));
  if (outcome == kOutcomes.end() || !time) return false;
  listing.verdict = {*outcome, read_codes(line.find("codes").value_or("")),
                     std::string(line.string("meaning").value_or(""))};
  listing.text = line.string("text").value_or("");
  listing.delist_url = line.string("delist_url").value_or("");
  listing.elapsed_ms = line.integer("elapsed_ms").value_or(0);
  listing.time = *time;
  return true;
}

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
  if (listing.change != dnsbl::Change::None) {
    out.add("change", dnsbl::change_name(listing.change)).add("since", listing.since);
  }
  if (explanation) {
    out.add("cause", explanation->cause)
        .add("remedy", explanation->remedy)
        .add("delivery", explanation->delivery);
  }
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
      .add("major", zone.major)
      .add("used_by", zone.used_by)
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
