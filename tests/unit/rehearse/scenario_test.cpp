#include "rehearse/scenario.h"

#include <doctest/doctest.h>

namespace scenario_test {

using namespace hagaki;
using namespace hagaki::rehearse;

TEST_CASE("patterns match as in a shell") {
  struct Case {
    const char* pattern;
    const char* text;
    bool want;
  };
  const Case cases[] = {
      {"*", "", true},
      {"gone.*", "gone.sato", true},
      {"gone.*", "agone.sato", false},
      {"a?c", "abc", true},
      {"a?c", "ac", false},
      {"*ab*", "xxabyy", true},
      {"*a*b", "aXbXb", true},
      {"", "", true},
      {"", "a", false},
  };
  for (const Case& c : cases) {
    CAPTURE(c.pattern);
    CAPTURE(c.text);
    CHECK(wildcard_match(c.pattern, c.text) == c.want);
  }
}

TEST_CASE("a scenario is read") {
  const auto scenario = parse_scenario(R"(
[smtp]
store = "count"
[[domain]]
name = "Docomo.example"
mx = ["20 mx2.docomo.example", "10 mx1.docomo.example", "mx1b.docomo.example"]
mailboxes = "any"
unknown = ["gone.*", "sato"]
full = "Suzuki"
forward = { "kato" = "kato@b.example" }
[[domain]]
name = "*.sub.example"
host = "web.example"
[[host]]
name = "mx1.docomo.example"
provider = "docomo"
address = "127.25.0.2"
)",
                                       "s.toml");
  REQUIRE_MESSAGE(scenario, scenario.error().text());
  CHECK(scenario->store == Scenario::Store::Count);
  const DomainRule* rule = scenario->domain("docomo.example");
  REQUIRE(rule != nullptr);
  std::string names;
  for (const std::size_t i : scenario->route(*rule)) names += scenario->hosts[i].name + " ";
  CHECK(names == "mx1.docomo.example mx1b.docomo.example mx2.docomo.example ");
  CHECK(rule->mailbox("Gone.tanaka")->fate == Fate::Unknown);
  CHECK(rule->mailbox("suzuki")->fate == Fate::Full);
  CHECK(rule->mailbox("KATO")->target == "kato@b.example");
  CHECK(rule->mailbox("other") == nullptr);
  CHECK(scenario->domain("a.sub.example") != nullptr);
  CHECK(scenario->domain("sub.example") == nullptr);
  CHECK(scenario->domain("elsewhere.example") == nullptr);
  // Every host has an address of its own.
  for (const Host& a : scenario->hosts)
    for (const Host& b : scenario->hosts) CHECK((&a == &b || a.address != b.address));
}

TEST_CASE("a scenario with a fault is refused, with its line") {
  struct Case {
    const char* name;
    const char* toml;
    const char* want;
  };
  const Case cases[] = {
      {"TOML", "[smtp\n", "s.toml:1: "},
      {"misspelt table", "[smpt]\nrelay = \"off\"\n", "s.toml:1: unknown key smpt"},
      {"misspelt key", "[smtp]\nrelais = \"off\"\n", "s.toml:2: unknown key relais"},
      {"wrong choice", "[smtp]\nrelay = \"no\"\n",
       "s.toml:2: relay must be one of immediate, queue, off"},
      {"wrong type", "[smtp]\nrelay = 1\n", "s.toml:2: relay must be a string"},
      {"out of range", "[dns]\nttl = -1\n",
       "s.toml:2: ttl must be a whole number from 0 to 604800"},
      {"a domain that leads nowhere", "[[domain]]\nname = \"a.example\"\n",
       "s.toml:1: a.example needs mx, host or dns"},
      {"no name", "[[domain]]\nhost = \"a.example\"\n", "s.toml:1: name is missing"},
      {"bad name", "[[domain]]\nname = \"a b\"\ndns = \"servfail\"\n",
       "s.toml:2: not a domain name: a b"},
      {"a domain twice",
       "[[domain]]\nname = \"a.example\"\ndns = \"servfail\"\n[[domain]]\nname = \"A.example\"\n"
       "dns = \"servfail\"\n",
       "s.toml:1: domain twice: a.example"},
      {"bad preference", "[[domain]]\nname = \"a.example\"\nmx = [\"x mx.example\"]\n",
       "s.toml:3: not an MX (\"10 host\"): x mx.example"},
      {"no refusal",
       "[[domain]]\nname = \"a.example\"\nhost = \"h.example\"\nreply = { a = \"250 ok\" }\n",
       "s.toml:4: not a refusal: 250 ok"},
      {"a reply with a line end of its own",
       "[[domain]]\nname = \"a.example\"\nhost = \"h.example\"\nreply = { a = \"550 a\\r\\n250 b\" "
       "}\n",
       "s.toml:4: not a refusal: "},
      {"not on loopback", "[[host]]\nname = \"h.example\"\naddress = \"192.0.2.1\"\n",
       "s.toml:3: not an address in 127.0.0.0/8: 192.0.2.1"},
      {"unknown provider", "[[host]]\nname = \"h.example\"\nprovider = \"nifty\"\n",
       "s.toml:3: no replies are known of provider nifty"},
      {"refuses in words of no kind", "[[host]]\nname = \"h.example\"\nrefuse_as = \"rude\"\n",
       "s.toml:3: unknown kind of reply rude"},
      {"one address for two",
       "[[host]]\nname = \"h.example\"\naddress = \"127.0.0.9\"\n[[host]]\nname = \"i.example\"\n"
       "address = \"127.0.0.9\"\n",
       "s.toml:1: two hosts have the address 127.0.0.9"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const auto scenario = parse_scenario(c.toml, "s.toml");
    REQUIRE(!scenario);
    CHECK(scenario.error().code == ErrorCode::Config);
    CHECK_MESSAGE(scenario.error().text().starts_with(c.want), scenario.error().text());
  }
}

}  // namespace scenario_test
