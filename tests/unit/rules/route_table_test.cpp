#include "rules/route_table.h"

#include <doctest/doctest.h>

#include <string>

namespace route_table_test {

using namespace hagaki;
using namespace hagaki::rules;

namespace {

constexpr const char* kFile = R"(default = "Main"
[relay.main]
url = "smtps://smtp.example.jp"
user = "news"
password_file = "main.password"
weight = 3
connections = 5
messages_per_connection = 0
rates = ["5/second", "100/day"]
[relay.Second]
url = "smtp://10.0.0.1:2525"
[relay.spare]
url = "localhost"
[domain]
"example.jp" = "direct"
"sub.example.jp" = ["second", "MAIN"]
"Bücher.example" = "second"
[provider]
google = "second"
ours = "direct"
)";

std::string text_of(const RouteTarget* target) {
  if (!target) return "-";
  std::string out;
  for (const auto& name : target->relays) out += (out.empty() ? "" : ",") + name;
  return target->direct() ? "direct" : out;
}

}  // namespace

TEST_CASE("where the mail of a domain goes, and that of a provider") {
  const auto table = RouteTable::parse(kFile, "routes.toml");
  REQUIRE(table);
  struct Case {
    const char* name;
    const char* domain;
    const char* want;
  };
  const Case cases[] = {
      {"itself", "example.jp", "direct"},
      {"below it", "a.b.example.jp", "direct"},
      {"the longest holds", "x.sub.example.jp", "second,main"},
      {"only whole labels", "notexample.jp", "-"},
      {"in A-label form", "xn--bcher-kva.example", "second"},
      {"another", "example.com", "-"},
      {"a top level", "jp", "-"},
      {"a literal is below nothing", "[192.0.2.1]", "-"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(text_of(table->of_domain(c.domain)) == c.want);
  }
  CHECK(text_of(table->of_provider("google")) == "second");
  CHECK(text_of(table->of_provider("ours")) == "direct");
  CHECK(text_of(table->of_provider("yahoo")) == "-");
  CHECK(text_of(table->of_provider("")) == "-");
  CHECK(text_of(&table->otherwise()) == "main");
  CHECK(table->asks_for_providers());
  CHECK(table->sends_direct());
  CHECK(table->uses("Main"));
  CHECK_FALSE(table->uses("spare"));
  REQUIRE(table->doubts().size() == 1);
  CHECK(table->doubts()[0].text().find("routes.toml:20: provider \"ours\"") == 0);
}

TEST_CASE("what a relay's table says") {
  const auto table = RouteTable::parse(kFile, "routes.toml");
  REQUIRE(table);
  REQUIRE(table->relays().size() == 3);
  const auto& main = table->relays()[0];
  CHECK(main.name == "main");
  CHECK(main.url == "smtps://smtp.example.jp");
  CHECK(main.user == "news");
  CHECK(main.password_file == "main.password");
  CHECK(main.weight == 3);
  CHECK(main.place == "routes.toml:2");
  CHECK(main.limits.name == "relay.main");
  CHECK(main.limits.connections == 5);
  CHECK_FALSE(main.limits.messages_per_connection);
  CHECK(main.limits.rates == std::vector<Rate>{*parse_rate("5/second")});
  CHECK(main.limits.quotas == std::vector<Rate>{*parse_rate("100/day")});
  const auto& second = table->relays()[1];
  CHECK(second.name == "second");
  CHECK_FALSE(second.weight);
  CHECK_FALSE(second.limits.connections);

  auto limits = ProviderLimits::parse("[relay.second]\nconnections = 9\n", "limits.toml");
  REQUIRE(limits);
  for (const auto& relay : table->relays()) limits->add_relay(relay.name, relay.limits);
  CHECK(limits->relay("MAIN")->connections == 5);
  CHECK(limits->relay("second")->connections == 9);  // the file of limits is asked first
  CHECK(limits->has_quotas());
}

TEST_CASE("all direct, and all through one relay") {
  const auto direct = RouteTable::parse("default = \"Direct\"", "r");
  REQUIRE(direct);
  CHECK(direct->sends_direct());
  CHECK_FALSE(direct->asks_for_providers());
  const auto relay = RouteTable::parse("default = [\"a\"]\n[relay.a]\nurl = \"a.example\"", "r");
  REQUIRE(relay);
  CHECK_FALSE(relay->sends_direct());
}

TEST_CASE("what a table cannot say") {
  struct Case {
    const char* name;
    const char* text;
    const char* want;
  };
  const Case cases[] = {
      {"nothing", "", "r: there is no default"},
      {"no TOML", "default = ", "r:1: "},
      {"unknown key", "default = \"direct\"\nroutes = 1", "r:2: no such setting \"routes\""},
      {"unknown relay", "default = \"main\"", "r:1: no relay is called \"main\""},
      {"direct in a list", "default = [\"direct\"]", "r:1: \"direct\" stands alone"},
      {"an empty list", "default = []", "r:1: mail goes to"},
      {"a number", "default = 1", "r:1: mail goes to"},
      {"a number in a list", "default = [1]", "r:1: a list holds"},
      {"twice", "default = [\"a\", \"A\"]\n[relay.a]\nurl = \"a.example\"", "r:1: \"a\" stands"},
      {"no url", "default = \"a\"\n[relay.a]\nuser = \"x\"", "r:2: relay \"a\" has no url"},
      {"a bad url", "default = \"a\"\n[relay.a]\nurl = 1", "r:3: url must be"},
      {"a password", "default = \"a\"\n[relay.a]\nurl = \"h\"\npassword = \"x\"",
       "r:4: a password stands in a file"},
      {"unknown word", "default = \"a\"\n[relay.a]\nurl = \"h\"\nport = 1",
       "r:4: no such setting \"port\""},
      {"bad weight", "default = \"a\"\n[relay.a]\nurl = \"h\"\nweight = 0", "r:4: weight must be"},
      {"bad rate", "default = \"a\"\n[relay.a]\nurl = \"h\"\nrates = [\"5/fortnight\"]", "r:4: "},
      {"called direct", "default = \"direct\"\n[relay.direct]\nurl = \"h\"",
       "r:2: \"direct\" cannot name"},
      {"a control character", "default = \"direct\"\n[relay.\"a\\u0007\"]\nurl = \"h\"",
       "r:2: \"a"},
      {"two relays of one name", "default = \"direct\"\n[relay.a]\nurl=\"h\"\n[relay.A]\nurl=\"h\"",
       "relay \"a\" has two tables"},
      {"no table", "default = \"direct\"\nrelay = 1", "r:2: relays are tables"},
      {"a dot without quotes", "default = \"direct\"\n[domain]\nexample.jp = \"direct\"",
       "r:3: a name with a dot"},
      {"a relay's dot without quotes", "default = \"direct\"\n[relay.smtp.example]\nurl = \"h\"",
       "a name with a dot stands in quotes: [relay.\"smtp.example\"]"},
      {"bad domain", "default = \"direct\"\n[domain]\n\"a..b\" = \"direct\"",
       "r:3: \"a..b\" is no"},
      {"a domain twice",
       "default = \"direct\"\n[domain]\n\"a.jp\" = \"direct\"\n\"A.jp\" = \"direct\"",
       "\"a.jp\" stands there twice"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto table = RouteTable::parse(c.text, "r");
    REQUIRE_FALSE(table);
    CHECK(table.error().code == ErrorCode::Config);
    CAPTURE(table.error().text());
    CHECK(table.error().text().find(c.want) != std::string::npos);
  }
}

}  // namespace route_table_test
