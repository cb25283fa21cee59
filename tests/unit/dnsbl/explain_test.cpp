#include "dnsbl/explain.h"

#include <doctest/doctest.h>

using namespace hagaki;
using namespace hagaki::dnsbl;

namespace {

Listing listing_of(const Zone& zone, Outcome outcome, const char* meaning = "spam") {
  Listing out;
  out.target = parse_target("192.0.2.7").value()[0];
  out.zone = &zone;
  out.verdict = {outcome, {}, meaning};
  if (outcome == Outcome::Listed) out.delist_url = fill_url(zone.delist_url, out.target);
  return out;
}

}  // namespace

TEST_CASE("every zone of the table can be explained in both languages") {
  const auto table = ZoneTable::builtin().value();
  for (const char* language : {"en", "ja"}) {
    const auto explainer = Explainer::builtin(language);
    REQUIRE(explainer);
    for (const auto& zone : table.zones()) {
      CAPTURE(zone.zone);
      for (const auto outcome :
           {Outcome::Listed, Outcome::Refused, Outcome::Error, Outcome::Timeout}) {
        const auto got = explainer->explain(listing_of(zone, outcome));
        REQUIRE(got);
        CHECK(got->cause.find("192.0.2.7") != std::string::npos);
        CHECK(got->remedy.size() > 20);
        CHECK((got->cause + got->remedy).find('{') == std::string::npos);
        CHECK((got->cause + got->remedy).find("()") == std::string::npos);
      }
      CHECK(!explainer->explain(listing_of(zone, Outcome::NotListed)));
    }
  }
}

TEST_CASE("what to do depends on the list") {
  const auto table = ZoneTable::builtin().value();
  const auto explainer = Explainer::builtin("en").value();
  struct Case {
    const char* zone;
    const char* cause;
    const char* remedy;
  };
  const Case cases[] = {
      {"bl.spamcop.net", "source of unwanted mail", "goes away by itself"},
      {"psbl.surriel.com", "source of unwanted mail", "https://psbl.org/remove"},
      {"dnsbl-2.uceprotect.net", "not what this address did", "write to your provider"},
      {"pbl.spamhaus.org", "no report of spam", "relay"},
      {"bl.blocklist.de", "attacks", "https://www.blocklist.de/en/delist.html?ip=192.0.2.7"},
      {"multi.uribl.com", "pointed to it", "needs a login"},
      {"list.dnswl.org", "good news", "Nothing needs to be done"},
      {"score.senderscore.com", "rating", "follows what you send"},
      {"bl.scientificspam.net", "unwanted mail", "run by scientificspam.net"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.zone);
    const auto got = explainer.explain(listing_of(*table.find(c.zone), Outcome::Listed));
    REQUIRE(got);
    CAPTURE(got->cause);
    CAPTURE(got->remedy);
    CHECK(got->cause.find(c.cause) != std::string::npos);
    CHECK(got->remedy.find(c.remedy) != std::string::npos);
  }
}

TEST_CASE("texts from the list are not filled in again") {
  const Zone zone = generic_zone("bl.example");
  const auto got =
      Explainer::builtin("en")->explain(listing_of(zone, Outcome::Listed, "odd {zone} {x"));
  REQUIRE(got);
  CHECK(got->cause.find("odd {zone} {x") != std::string::npos);
}

TEST_CASE("URLs take the target, percent-encoded") {
  const auto ip = parse_target("2001:db8::7").value()[0];
  const auto domain = parse_target("bad.example").value()[0];
  CHECK(fill_url("https://x.example/?ip={ip}&again={query}", ip) ==
        "https://x.example/?ip=2001:db8::7&again=2001:db8::7");
  CHECK(fill_url("https://x.example/{domain}", domain) == "https://x.example/bad.example");
  CHECK(fill_url("https://x.example/", ip) == "https://x.example/");
  CHECK(fill_url("", ip).empty());
  CHECK(fill_url("https://x.example/{query}", {Kind::Domain, "a/b?c d", ""}) ==
        "https://x.example/a%2Fb%3Fc%20d");
}
