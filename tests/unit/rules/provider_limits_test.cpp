#include "rules/provider_limits.h"

#include <doctest/doctest.h>

#include "harvest/providers.h"

namespace provider_limits_test {

using namespace hagaki;
using namespace hagaki::rules;

namespace {

std::string rates_of(const std::vector<Rate>& rates) {
  std::string out;
  for (const auto& rate : rates) out += format_rate(rate) + " ";
  return out;
}

constexpr const char* kFile = R"([default]
connections = 3
rates = ["10/second"]
[provider.google]
connections = 20
rates = ["30/second", "1000/minute", "20000/day"]
[mx."example.net"]
connections = 7
messages_per_connection = 0
[mx.".deep.example.net"]
connections = 8
[domain."Bücher.example"]
connections = 9
rates = []
[domain."example.jp"]
[relay.Main]
rates = ["100/day", "5/second"]
[relay."smtp.example.jp"]
connections = 2
[provider.ours]
connections = 1
)";

}  // namespace

TEST_CASE("the defaults know every provider that there are numbers for") {
  const auto limits = ProviderLimits::builtin();
  const auto known = harvest::Providers::builtin();
  REQUIRE(known);
  CHECK(limits.doubts().empty());
  CHECK(limits.relays().empty());
  for (const char* id : {"microsoft-consumer",
                         "microsoft-365",
                         "google",
                         "yahoo",
                         "apple",
                         "yahoo-japan",
                         "docomo",
                         "au",
                         "softbank",
                         "nifty",
                         "ocn",
                         "united-internet",
                         "t-online",
                         "mail-ru",
                         "tencent-qq",
                         "netease",
                         "comcast",
                         "att",
                         "cox",
                         "orange",
                         "mimecast"}) {
    CAPTURE(id);
    REQUIRE(known->has(id));
    const auto& row = limits.receiver(id, {}, "example.com");
    CHECK(row.name == std::string("provider.") + id);
    REQUIRE(row.connections);
    CHECK(*row.connections >= 1);
    CHECK(*row.connections <= 20);
    CHECK(row.messages_per_connection);
    CHECK_FALSE(row.source.empty());
  }
  const auto& other = limits.receiver("", {}, "example.com");
  CHECK(other.name == "default");
  CHECK(other.is_default());
  CHECK_FALSE(limits.has_quotas());
  CHECK(other.connections == 4);
  CHECK(other.messages_per_connection == 100);
  CHECK(other.rates.empty());
  CHECK(other.quotas.empty());
  CHECK_FALSE(limits.relay("main"));
}

TEST_CASE("whose limits hold") {
  const auto limits = ProviderLimits::parse(kFile, "limits.toml");
  REQUIRE(limits);
  struct Case {
    std::string name, provider;
    std::vector<dns::MailHost> hosts;
    std::string domain, want;
    unsigned connections;
    unsigned messages;  // 0: no limit
    std::string rates, quotas;
  };
  const Case cases[] = {
      {"nobody's",
       "",
       {{"mx.example.org", 10}},
       "example.org",
       "default",
       3,
       100,
       "10/second ",
       ""},
      {"a provider",
       "google",
       {},
       "example.org",
       "provider.google",
       20,
       100,
       "30/second 1000/minute ",
       "20000/day "},
      {"a provider that the file leaves alone",
       "yahoo",
       {},
       "example.org",
       "provider.yahoo",
       10,
       20,
       "10/second ",
       ""},
      {"a provider without a table",
       "proofpoint",
       {},
       "example.org",
       "default",
       3,
       100,
       "10/second ",
       ""},
      {"a provider of one's own",
       "ours",
       {},
       "example.org",
       "provider.ours",
       1,
       100,
       "10/second ",
       ""},
      {"mail host before provider",
       "google",
       {{"mx1.example.net", 10}},
       "example.org",
       "mx.example.net",
       7,
       0,
       "10/second ",
       ""},
      {"mail host itself",
       "",
       {{"example.net", 10}},
       "example.org",
       "mx.example.net",
       7,
       0,
       "10/second ",
       ""},
      {"the longest name",
       "",
       {{"a.b.deep.example.net", 10}},
       "example.org",
       "mx.deep.example.net",
       8,
       100,
       "10/second ",
       ""},
      {"no part of a label",
       "",
       {{"myexample.net", 10}},
       "example.org",
       "default",
       3,
       100,
       "10/second ",
       ""},
      {"any of the hosts",
       "",
       {{"mx.example.org", 10}, {"mx.example.net", 20}},
       "example.org",
       "mx.example.net",
       7,
       0,
       "10/second ",
       ""},
      {"domain before mail host",
       "",
       {{"mx1.example.net", 10}},
       "xn--bcher-kva.example",
       "domain.xn--bcher-kva.example",
       9,
       100,
       "",
       ""},
      {"a table that says nothing",
       "google",
       {},
       "example.jp",
       "domain.example.jp",
       3,
       100,
       "10/second ",
       ""},
      {"not below the domain", "", {}, "mail.example.jp", "default", 3, 100, "10/second ", ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto& got = limits->receiver(c.provider, c.hosts, c.domain);
    CHECK(got.name == c.want);
    CHECK(got.connections == c.connections);
    CHECK(got.messages_per_connection.value_or(0) == c.messages);
    CHECK(rates_of(got.rates) == c.rates);
    CHECK(rates_of(got.quotas) == c.quotas);
  }

  CHECK(limits->has_quotas());
  const auto* relay = limits->relay("mAin");
  REQUIRE(relay);
  CHECK(relay->name == "relay.main");
  CHECK_FALSE(relay->connections);
  CHECK_FALSE(relay->messages_per_connection);
  CHECK(rates_of(relay->rates) == "5/second ");
  CHECK(rates_of(relay->quotas) == "100/day ");
  CHECK_FALSE(limits->relay("other"));
  CHECK(limits->relays() == std::vector<std::string>{"main", "smtp.example.jp"});
  CHECK(rates_of(limits->relay("smtp.example.jp")->rates).empty());

  REQUIRE(limits->doubts().size() == 1);
  CHECK(limits->doubts()[0].text() ==
        "limits.toml:20: provider \"ours\" is not in mx-harvest's own table");
}

TEST_CASE("what is wrong in a file, and where") {
  struct Case {
    std::string name, text, want;
  };
  const Case cases[] = {
      {"no TOML", "[provider.google\n", "limits.toml:1: "},
      {"a table twice", "[provider.google]\n[provider.google]\n", "limits.toml:2: "},
      {"a name twice", "[domain.\"example.jp\"]\n[domain.\"EXAMPLE.jp\"]\n", "limits.toml:"},
      {"unknown table", "\n[providers.google]\n", "limits.toml:2: no such setting \"providers\""},
      {"unknown setting above", "connections = 5\n",
       "limits.toml:1: no such setting \"connections\""},
      {"unknown key", "[provider.google]\nconections = 5\n",
       "limits.toml:2: no such setting \"conections\""},
      {"no table's name", "[provider]\nconnections = 5\n",
       "limits.toml:2: \"connections\" stands in no table"},
      {"no quotes", "[domain.example.jp]\nconnections = 5\n",
       "limits.toml:1: a name with a dot stands in quotes"},
      {"no domain", "[domain.\"exa mple\"]\n",
       "limits.toml:1: \"exa mple\" is no name of a domain"},
      {"no connections", "[default]\nconnections = 0\n",
       "limits.toml:2: connections must be a whole number from 1 to 10000"},
      {"connections as text", "[default]\nconnections = \"5\"\n",
       "limits.toml:2: connections must be"},
      {"negative", "[default]\nmessages_per_connection = -1\n",
       "limits.toml:2: messages_per_connection must be"},
      {"one rate without a list", "[default]\nrates = \"5/second\"\n",
       "limits.toml:2: rates must be a list"},
      {"a number as rate", "[default]\nrates = [5]\n", "limits.toml:2: a rate must be a text"},
      {"no rate", "[default]\nrates = [\n  \"5/second\",\n  \"5/fortnight\"]\n",
       "limits.toml:4: \"5/fortnight\" is no rate"},
      {"the first of several", "[relay.b]\nx = 1\n[default]\ny = 2\n", "limits.toml:2: "},
      {"a name for a terminal", "[default]\n\"a\\u001bb\" = 2\n",
       "limits.toml:2: no such setting \"a\\x1bb\""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto limits = ProviderLimits::parse(c.text, "limits.toml");
    REQUIRE(!limits);
    CHECK(limits.error().code == ErrorCode::Config);
    CAPTURE(limits.error().text());
    CHECK(limits.error().text().starts_with(c.want));
  }
}

}  // namespace provider_limits_test
