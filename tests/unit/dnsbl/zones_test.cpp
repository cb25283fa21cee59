#include "dnsbl/zones.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "dnsbl/target.h"
#include "dnsbl/verdict.h"
#include "fake_resolver.h"

using namespace hagaki;
using namespace hagaki::dnsbl;

namespace {

/// An answer that `code` of `zone` stands for.
std::string an_answer(const Zone& zone, const std::string& match) {
  switch (zone.decode) {
    case Decode::Exact:
      return match;
    case Decode::Bitmask:
      return "127.0.0." + match;
    case Decode::Pattern: {
      std::string out = match;
      std::replace(out.begin(), out.end(), '*', '7');
      return out;
    }
    case Decode::Range:
      break;
  }
  return match.substr(match.find('-') + 1);
}

bool is_plain_http(const std::string& url) {
  return url.starts_with("http://");
}

}  // namespace

TEST_CASE("every row of the table holds together") {
  const auto table = ZoneTable::builtin();
  REQUIRE_MESSAGE(table, (table ? "" : table.error().text()));
  CHECK(table->zones().size() >= 70);
  // Two sites of old lists have no HTTPS.
  const std::set<std::string> plain = {"dnsbl.justspam.org", "mail-abuse.blacklist.jippg.org"};
  std::set<std::string> seen;
  for (const auto& z : table->zones()) {
    CAPTURE(z.zone);
    CHECK(seen.insert(z.zone).second);
    CHECK(table->find(z.zone) == &z);
    CHECK(table->find_dead(z.zone) == nullptr);
    CHECK(!z.name.empty());
    CHECK(!z.operated_by.empty());
    CHECK(!z.codes.empty());
    CHECK(!z.access.empty());
    CHECK(z.scope != "unknown");
    CHECK(!z.source.empty());
    const bool http = is_plain_http(z.lookup_url) || is_plain_http(z.delist_url);
    CHECK(http == plain.contains(z.zone));
    for (const auto kind : z.kinds) {
      const auto& points = z.test(kind);
      if (!points) continue;
      CHECK(question_for(kind, points->listed));
      CHECK(question_for(kind, points->unlisted));
      CHECK(points->listed != points->unlisted);
    }
    for (const auto& code : z.codes) {
      CAPTURE(code.match);
      const auto verdict = judge(z, fake::addresses({an_answer(z, code.match)}));
      CHECK(verdict.outcome == Outcome::Listed);
      CHECK(verdict.meaning.find("undocumented") == std::string::npos);
      CHECK(verdict.meaning.find('{') == std::string::npos);
      CHECK(verdict.meaning.size() <= 60);
    }
    for (const auto& code : z.error_codes) {
      CAPTURE(code.match);
      const auto verdict = code.match == "rcode:REFUSED"
                               ? judge(z, fake::failed(dns::Status::Refused))
                               : judge(z, fake::addresses({code.match}));
      CHECK(verdict.outcome == Outcome::Refused);
      CHECK(verdict.meaning == code.meaning);
    }
    if (z.major) CHECK(z.list == ListKind::Block);
    if (z.in_default_set) {
      CHECK(z.status == "alive");
      CHECK((z.access == "free" || z.access == "free-limited"));
      CHECK(z.key == KeyUse::None);
    }
  }
}

TEST_CASE("every dead zone says why and is found") {
  const auto table = ZoneTable::builtin();
  REQUIRE(table);
  CHECK(table->dead().size() >= 30);
  std::set<std::string> seen;
  for (const auto& dead : table->dead()) {
    CAPTURE(dead.name);
    CHECK(!dead.why.empty());
    CHECK(!dead.since.empty());
    CHECK(!dead.source.empty());
    for (const auto& zone : dead.zones) {
      CHECK(seen.insert(zone).second);
      CHECK(table->find_dead(zone) == &dead);
    }
  }
  CHECK(table->find_dead("dnsbl.sorbs.net") != nullptr);
  CHECK(table->find_dead("anything.new.sorbs.net") != nullptr);
  CHECK(table->find_dead("sorbs.net") != nullptr);
  CHECK(table->find_dead("notsorbs.net") == nullptr);
  CHECK(table->find_dead("zen.spamhaus.org") == nullptr);
  CHECK(table->find_dead("bl.unknown.example") == nullptr);
}

TEST_CASE("a file extends, replaces, buries and revives") {
  auto table = ZoneTable::builtin();
  REQUIRE(table);
  const auto before = table->zones().size();
  auto file = ZoneTable::parse(
      R"({"format": 1, "zones": [
            {"zone": "bl.example", "kind": "block", "lists": ["ip4"], "codes": {"127.0.0.2": "bad"}},
            {"zone": "zen.spamhaus.org", "kind": "block", "lists": ["ip4"]},
            {"zone": "new.sorbs.net", "kind": "block", "lists": ["domain"]}],
          "dead": [{"name": "PSBL", "zones": ["psbl.surriel.com"], "why": "as of tomorrow"}]})",
      "test.json");
  REQUIRE_MESSAGE(file, (file ? "" : file.error().text()));
  table->extend(std::move(*file));
  CHECK(table->zones().size() == before + 1);  // two new, one buried
  CHECK(table->find("bl.example") != nullptr);
  CHECK(table->find("zen.spamhaus.org")->codes.empty());
  CHECK(!table->find("zen.spamhaus.org")->in_default_set);
  CHECK(table->find_dead("new.sorbs.net") == nullptr);
  CHECK(table->find_dead("old.sorbs.net") != nullptr);
  CHECK(table->find("psbl.surriel.com") == nullptr);
  CHECK(table->find_dead("psbl.surriel.com")->why == "as of tomorrow");

  auto alone = ZoneTable::parse(
      R"({"format": 1, "replace": true,
          "zones": [{"zone": "bl.example", "kind": "block", "lists": ["ip4"]}]})",
      "test.json");
  REQUIRE(alone);
  table->extend(std::move(*alone));
  CHECK(table->zones().size() == 1);
  CHECK(table->dead().empty());
}

TEST_CASE("standard test points are filled in, published ones kept") {
  const auto table = ZoneTable::builtin();
  REQUIRE(table);
  CHECK(table->find("zen.spamhaus.org")->test(Kind::Ip4)->listed == "127.0.0.2");
  CHECK(table->find("zen.spamhaus.org")->test(Kind::Ip6)->unlisted == "::ffff:7f00:1");
  CHECK(!table->find("zen.spamhaus.org")->test(Kind::Domain));
  CHECK(table->find("dbl.spamhaus.org")->test(Kind::Domain)->listed == "dbltest.com");
  CHECK(table->find("dbl.nordspam.com")->test(Kind::Domain)->listed == "test");
  CHECK(table->find("uribl.spameatingmonkey.net")->test(Kind::Domain)->listed == "_dnsbl_.test");
  CHECK(!table->find("dwl.dnswl.org")->test(Kind::Domain));
}

TEST_CASE("a table that is wrong says where") {
  struct Case {
    const char* name;
    std::string zones;
    const char* says;
  };
  const auto row = [](const std::string& more) {
    return R"({"zone": "bl.example", "kind": "block", "lists": ["ip4"])" + more + '}';
  };
  const Case cases[] = {
      {"no zone", R"({"kind": "block", "lists": ["ip4"]})", "a zone lacks \"zone\""},
      {"no kind", R"({"zone": "bl.example", "lists": ["ip4"]})", "bl.example lacks \"kind\""},
      {"no lists", R"({"zone": "bl.example", "kind": "block"})", "bl.example lacks \"lists\""},
      {"bad name", R"({"zone": "BL example", "kind": "block", "lists": ["ip4"]})", "lower-case"},
      {"unknown field", row(R"(, "colour": "red")"), "unknown field \"colour\""},
      {"unknown word", row(R"(, "scope": "galaxy")"), "word \"galaxy\""},
      {"unknown kind", R"({"zone": "bl.example", "kind": "grey", "lists": ["ip4"]})", "\"grey\""},
      {"bad code", row(R"(, "codes": {"127.0.0": "x"})"), "bad code \"127.0.0\""},
      {"bits that are none", row(R"(, "decode": "bitmask-last-octet", "codes": {"3": "x"})"),
       "bad code \"3\""},
      {"bad range", row(R"(, "decode": "range", "codes": {"127.0.0.9-127.0.0.2": "x"})"),
       "bad code"},
      {"bad pattern", row(R"(, "decode": "pattern", "codes": {"127.*.2": "x"})"), "bad code"},
      {"bad rcode", row(R"(, "error_codes": {"rcode:NOPE": "x"})"), "bad error code"},
      {"bad test", row(R"(, "test": {"ip4": ["127.0.0.2"]})"), "wants [listed, unlisted]"},
      {"test of another kind", row(R"(, "test": {"ip6": null})"), "not in \"lists\""},
      {"test that is no address", row(R"(, "test": {"ip4": ["x", "y"]})"), "bad ip4: x"},
      {"bad URL", row(R"x(, "delist_url": "javascript:alert(1)")x"), "bad URL"},
      {"URL with a line end", row(R"(, "delist_url": "https://x/\n")"), "bad URL"},
      {"twice", row("") + ',' + row(""), "given twice"},
      {"key twice", row(R"(, "name": "a", "name": "b")"), "\"name\" twice"},
      {"text that is none", row(R"(, "name": 7)"), "\"name\" is not a text"},
      {"not an object", "7", "is not an object"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto got = ZoneTable::parse(R"({"format": 1, "zones": [)" + c.zones + "]}", "z.json");
    REQUIRE(!got);
    CAPTURE(got.error().text());
    CHECK(got.error().text().starts_with("z.json: "));
    CHECK(got.error().text().find(c.says) != std::string::npos);
  }
  CHECK(!ZoneTable::parse("", "z.json"));
  CHECK(!ZoneTable::parse("[]", "z.json"));
  CHECK(!ZoneTable::parse("{}", "z.json"));
  CHECK(!ZoneTable::parse(R"({"format": 2})", "z.json"));
  CHECK(!ZoneTable::parse(R"({"format": 1, "zones": {}})", "z.json"));
  CHECK(!ZoneTable::parse(std::string(100000, '['), "z.json"));
  CHECK(!ZoneTable::parse(R"({"format": 1, "dead": [{"name": "x", "why": "y"}]})", "z.json"));
}
