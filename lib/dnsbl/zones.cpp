#include "dnsbl/zones.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/text.h"

namespace hagaki::dnsbl {
namespace {

bool at_or_below(std::string_view zone, std::string_view suffix) {
  if (zone == suffix) return true;
  return zone.size() > suffix.size() && zone.ends_with(suffix) &&
         zone[zone.size() - suffix.size() - 1] == '.';
}

bool is_dead(const DeadZone& row, std::string_view zone) {
  const auto below = [zone](const std::string& suffix) { return at_or_below(zone, suffix); };
  return std::find(row.zones.begin(), row.zones.end(), zone) != row.zones.end() ||
         std::any_of(row.suffixes.begin(), row.suffixes.end(), below);
}

}  // namespace

bool Zone::fits(Kind kind) const {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

void ZoneTable::extend(ZoneTable other) {
  if (other.replace_) {
    *this = std::move(other);
    return;
  }
  for (auto& row : other.zones_) {
    const auto same = [&row](const Zone& z) { return z.zone == row.zone; };
    const auto found = std::find_if(zones_.begin(), zones_.end(), same);
    if (found != zones_.end()) {
      *found = std::move(row);
    } else {
      zones_.push_back(std::move(row));
    }
  }
  for (auto& row : other.dead_) {
    // What a later table holds dead is no longer alive here, unless that table gives it a row too.
    std::erase_if(zones_, [&](const Zone& z) {
      return is_dead(row, z.zone) && other.find(z.zone) == nullptr;
    });
    dead_.push_back(std::move(row));
  }
}

const Zone* ZoneTable::find(std::string_view zone) const {
  const auto same = [zone](const Zone& z) { return z.zone == zone; };
  const auto found = std::find_if(zones_.begin(), zones_.end(), same);
  return found == zones_.end() ? nullptr : &*found;
}

const DeadZone* ZoneTable::find_dead(std::string_view zone) const {
  if (find(zone) != nullptr) return nullptr;
  const auto dead = [zone](const DeadZone& row) { return is_dead(row, zone); };
  const auto found = std::find_if(dead_.begin(), dead_.end(), dead);
  return found == dead_.end() ? nullptr : &*found;
}

TestPoints standard_test_points(Kind kind) {
  switch (kind) {
    case Kind::Ip4:
      return {"127.0.0.2", "127.0.0.1"};
    case Kind::Ip6:
      return {"::ffff:7f00:2", "::ffff:7f00:1"};
    case Kind::Domain:
      break;
  }
  return {"test", "invalid"};
}

Zone generic_zone(std::string_view zone) {
  Zone z;
  z.zone = zone;
  z.name = zone;
  for (const auto kind : kAllKinds) {
    z.kinds.push_back(kind);
    z.lists.emplace_back(kind_name(kind));
    z.tests[static_cast<std::size_t>(kind)] = standard_test_points(kind);
  }
  z.scope = "unknown";
  return z;
}

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::Ip4:
      return "ip4";
    case Kind::Ip6:
      return "ip6";
    case Kind::Domain:
      break;
  }
  return "domain";
}

std::string_view list_name(ListKind kind) {
  switch (kind) {
    case ListKind::Block:
      return "block";
    case ListKind::Allow:
      return "allow";
    case ListKind::Reputation:
      break;
  }
  return "reputation";
}

bool is_zone_name(std::string_view zone) {
  if (zone.empty() || zone.size() > 200) return false;
  for (const auto label : split(zone, '.')) {
    if (label.empty() || label.size() > 63) return false;
    for (const char c : label) {
      const bool good = is_lower(c) || is_digit(c) || c == '-' || c == '_';
      if (!good) return false;
    }
  }
  return true;
}

}  // namespace hagaki::dnsbl
