#include "dnsbl/selection.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace hagaki;
using namespace hagaki::dnsbl;

namespace {

ZoneTable table() {
  return ZoneTable::builtin().value();
}

bool holds(const Selection& selection, std::string_view zone) {
  const auto same = [zone](const AskedZone& asked) { return asked.zone.zone == zone; };
  return std::any_of(selection.zones.begin(), selection.zones.end(), same);
}

Selection set(const char* name, const Keys& keys = {}) {
  return select_zones(table(), {{}, name}, keys).value();
}

}  // namespace

TEST_CASE("sets") {
  struct Case {
    const char* set;
    const char* zone;
    bool want;
  };
  const Case cases[] = {
      {"default", "zen.spamhaus.org", true},
      {"default", "dbl.spamhaus.org", true},
      {"default", "dnsbl-2.uceprotect.net", false},
      {"default", "cbl.abuseat.org", false},
      {"default", "zen.dq.spamhaus.net", false},
      {"all", "dnsbl-2.uceprotect.net", true},
      {"all", "list.dnswl.org", true},
      {"all", "cbl.abuseat.org", false},
      {"all", "bogons.cymru.com", false},
      {"all", "ebl.msbl.org", false},
      {"all", "zen.dq.spamhaus.net", false},
      {"ip", "zen.spamhaus.org", true},
      {"ip", "bl.ipv6.spameatingmonkey.net", true},
      {"ip", "dbl.spamhaus.org", false},
      {"ip", "list.dnswl.org", false},
      {"domain", "dbl.spamhaus.org", true},
      {"domain", "zen.spamhaus.org", false},
      {"domain", "dwl.dnswl.org", false},
      {"allow", "list.dnswl.org", true},
      {"allow", "zen.spamhaus.org", false},
  };
  for (const auto& c : cases) {
    CAPTURE(c.set);
    CAPTURE(c.zone);
    CHECK(holds(set(c.set), c.zone) == c.want);
  }
  const auto table_without = set("default");
  CHECK(table_without.zones.size() >= 25);
  CHECK(!select_zones(table(), {{}, "everything"}, {}));
}

TEST_CASE("a key brings its list into the sets") {
  const Keys keys{{"zen.dq.spamhaus.net", "abc"}, {"all.spamrats.com", "def"}};
  CHECK(holds(set("default", keys), "zen.dq.spamhaus.net"));
  CHECK(holds(set("all", keys), "zen.dq.spamhaus.net"));
  CHECK(holds(set("default", keys), "all.spamrats.com"));
  CHECK(!holds(set("default", keys), "dyna.spamrats.com"));
  for (const auto& asked : set("ip", keys).zones) {
    if (asked.zone.zone == "zen.dq.spamhaus.net") CHECK(asked.key == "abc");
    if (asked.zone.zone == "zen.spamhaus.org") CHECK(asked.key.empty());
  }
}

TEST_CASE("zones by name") {
  const auto named = [](std::vector<std::string> names, const Keys& keys = {}) {
    return select_zones(table(), {std::move(names), "default"}, keys);
  };
  const auto got = named({"ZEN.spamhaus.org.", "zen.spamhaus.org", "bl.unknown.example"});
  REQUIRE(got);
  CHECK(got->zones.size() == 2);
  CHECK(got->skipped.empty());
  CHECK(got->zones[1].zone.fits(Kind::Domain));

  struct Case {
    const char* zone;
    const char* says;
  };
  const Case skipped[] = {
      {"dnsbl.sorbs.net", "zone dnsbl.sorbs.net is dead (SORBS (Proofpoint), since 2024-06-05: "},
      {"whatever.sorbs.net", "zone whatever.sorbs.net is dead"},
      {"relays.ordb.org", "listed every address"},
      {"zen.dq.spamhaus.net", "needs a key (--keys)"},
      {"ebl.msbl.org", "takes neither addresses nor domains"},
  };
  for (const auto& c : skipped) {
    CAPTURE(c.zone);
    const auto without = named({c.zone});
    REQUIRE(without);
    CHECK(without->zones.empty());
    REQUIRE(without->skipped.size() == 1);
    CAPTURE(without->skipped[0]);
    CHECK(without->skipped[0].find(c.says) != std::string::npos);
    CHECK(without->skipped[0].ends_with("not asked"));
  }

  CHECK(!named({"no zone"}));
  CHECK(!named({"onelabel"}));
  const auto key_in_name = named({"secretkey.zen.dq.spamhaus.net"});
  REQUIRE(!key_in_name);
  CHECK(key_in_name.error().text().find("secretkey") == std::string::npos);
}

TEST_CASE("keys") {
  const auto keys =
      parse_keys("# ours\n\nzen.dq.spamhaus.net = AbC123 \r\nall.spamrats.com=x-y\n", "k");
  REQUIRE(keys);
  CHECK(keys->size() == 2);
  CHECK(keys->at("zen.dq.spamhaus.net") == "AbC123");
  CHECK(keys->at("all.spamrats.com") == "x-y");
  for (const char* bad : {"a.example", "a.example=", "=key", "a.example=two words",
                          "a.example=hidden.dot", "a.example=x\na.example=y"}) {
    CAPTURE(bad);
    const auto got = parse_keys(bad, "keys");
    REQUIRE(!got);
    CHECK(got.error().context.starts_with("keys:"));
    CHECK(got.error().text().find("hidden") == std::string::npos);
  }
}
