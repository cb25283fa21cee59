#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "dnsbl/zones.h"

namespace hagaki::dnsbl {

/// Keys of lists that want one, by zone.
using Keys = std::map<std::string, std::string, std::less<>>;

/// Reads "zone=key" lines; blank lines and lines that begin with '#' are passed over. A key is one
/// DNS label. Errors name the line by number and never quote it. `name` is their context.
Result<Keys> parse_keys(std::string_view text, const std::string& name);

/// A list that will be asked, with its key where it has one.
struct AskedZone {
  Zone zone;
  std::string key;
};

/// Which lists to ask.
struct Wanted {
  std::vector<std::string> names;  ///< lists by name; empty = by `set`
  std::string set = "default";     ///< "default", "all", "ip", "domain" or "allow"
};

struct Selection {
  std::vector<AskedZone> zones;
  std::vector<std::string> skipped;  ///< one clause for each list named that will not be asked
};

/// The lists of `table` that `wanted` names, in its order, each once. A name that the table does
/// not know is asked by generic rules; a dead zone, and one whose key is missing, is skipped and
/// said.
///
/// The sets hold only lists that can be asked: a list that needs a key counts where `keys` has it
/// (and is then in the default set too), merged and unsuitable ones never. "default" holds the
/// lists that the table marks so; "ip" and "domain" the block and reputation lists that take
/// addresses or domains; "allow" the allow lists; "all" everything. Error::Config for a set or zone
/// name that cannot be one.
Result<Selection> select_zones(const ZoneTable& table, const Wanted& wanted, const Keys& keys);

}  // namespace hagaki::dnsbl
