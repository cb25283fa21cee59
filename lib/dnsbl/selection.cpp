#include "dnsbl/selection.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/text.h"
#include "dns/names.h"

namespace hagaki::dnsbl {
namespace {

bool is_key(std::string_view key) {
  const auto good = [](char c) { return is_alnum(c) || c == '-' || c == '_'; };
  return !key.empty() && key.size() <= 63 && std::all_of(key.begin(), key.end(), good);
}

bool in_set(const Zone& zone, std::string_view set, bool has_key) {
  const bool usable = zone.status != "merged" && zone.status != "unsuitable" &&
                      !zone.kinds.empty() && (zone.key != KeyUse::Required || has_key);
  if (!usable) return false;
  if (set == "all") return true;
  if (set == "allow") return zone.list == ListKind::Allow;
  if (set == "default") return zone.in_default_set || (zone.key != KeyUse::None && has_key);
  if (zone.list == ListKind::Allow) return false;
  if (set == "domain") return zone.fits(Kind::Domain);
  return zone.fits(Kind::Ip4) || zone.fits(Kind::Ip6);
}

std::string key_of(const Keys& keys, std::string_view zone) {
  const auto found = keys.find(zone);
  return found == keys.end() ? std::string() : found->second;
}

/// The keyed list that `name` is below, as when a key was put into the name; or nullptr.
const Zone* keyed_above(const ZoneTable& table, std::string_view name) {
  const auto dot = name.find('.');
  if (dot == std::string_view::npos) return nullptr;
  const Zone* zone = table.find(name.substr(dot + 1));
  return zone != nullptr && zone->key != KeyUse::None ? zone : nullptr;
}

Result<void> add_named(const ZoneTable& table, const std::string& name, const Keys& keys,
                       Selection& out) {
  const auto same = [&name](const AskedZone& asked) { return asked.zone.zone == name; };
  if (std::any_of(out.zones.begin(), out.zones.end(), same)) return {};
  auto key = key_of(keys, name);
  if (const Zone* zone = table.find(name)) {
    if (zone->kinds.empty()) {
      out.skipped.push_back("zone " + name + " takes neither addresses nor domains: not asked");
    } else if (zone->key == KeyUse::Required && key.empty()) {
      out.skipped.push_back("zone " + name + " needs a key (--keys): not asked");
    } else {
      out.zones.push_back({*zone, std::move(key)});
    }
    return {};
  }
  if (const DeadZone* dead = table.find_dead(name)) {
    std::string text = "zone " + name + " is dead (" + dead->name;
    if (!dead->since.empty()) text += ", since " + dead->since;
    out.skipped.push_back(text + ": " + dead->why + "): not asked");
    return {};
  }
  if (const Zone* zone = keyed_above(table, name)) {
    return fail(ErrorCode::Config,
                "the key of " + zone->zone + " belongs in a file (--keys), not in the zone's name");
  }
  out.zones.push_back({generic_zone(name), std::move(key)});
  return {};
}

}  // namespace

Result<Keys> parse_keys(std::string_view text, const std::string& name) {
  Keys keys;
  std::size_t number = 0;
  for (auto line : split(text, '\n')) {
    ++number;
    line = trim(line);
    if (line.empty() || line.front() == '#') continue;
    const auto equals = line.find('=');
    const auto zone = dns::normal_name(trim(line.substr(0, equals)));
    const auto key =
        equals == std::string_view::npos ? std::string_view() : trim(line.substr(equals + 1));
    if (!is_zone_name(zone) || !is_key(key)) {
      return fail(ErrorCode::Config, "line is not zone=key", name + ':' + std::to_string(number));
    }
    if (!keys.emplace(zone, key).second) {
      return fail(ErrorCode::Config, "zone has a key already", name + ':' + std::to_string(number));
    }
  }
  return keys;
}

Result<Selection> select_zones(const ZoneTable& table, const Wanted& wanted, const Keys& keys) {
  Selection out;
  if (!wanted.names.empty()) {
    for (const auto& given : wanted.names) {
      const auto name = dns::normal_name(trim(given));
      if (!is_zone_name(name) || name.find('.') == std::string::npos) {
        return fail(ErrorCode::Config, "not the name of a zone", printable(given));
      }
      if (auto added = add_named(table, name, keys, out); !added) {
        return tl::unexpected(added.error());
      }
    }
    return out;
  }
  static constexpr std::string_view kSets[] = {"default", "all", "ip", "domain", "allow"};
  if (std::find(std::begin(kSets), std::end(kSets), wanted.set) == std::end(kSets)) {
    return fail(ErrorCode::Config, "no such set", wanted.set);
  }
  for (const auto& zone : table.zones()) {
    auto key = key_of(keys, zone.zone);
    if (in_set(zone, wanted.set, !key.empty())) out.zones.push_back({zone, std::move(key)});
  }
  return out;
}

}  // namespace hagaki::dnsbl
