#include "harvest/providers.h"

#include <doctest/doctest.h>

namespace hagaki::harvest {

TEST_CASE("providers by MX and by domain") {
  struct Case {
    const char* name;
    std::vector<dns::MailHost> hosts;
    const char* domain;
    const char* want;
  };
  const Case cases[] = {
      {"by MX", {{"aspmx.l.google.com", 1}}, "shop.example", "google"},
      {"by domain without MX", {}, "gmail.com", "google"},
      {"MX before domain", {{"x.mail.protection.outlook.com", 0}}, "gmail.com", "microsoft-365"},
      {"domain where the MX says nothing", {{"mx.yahoo.co.jp", 10}}, "yahoo.co.jp", "yahoo-japan"},
      {"longest suffix wins",
       {{"ff-ip4-mx-vip1.prodigy.net", 1}, {"x.mx-att.mail.am0.yahoodns.net", 2}},
       "shop.example",
       "att"},
      {"the suffix itself", {{"mfsmax.docomo.ne.jp", 10}}, "shop.example", "docomo"},
      {"only whole labels", {{"mx.notgoogle.com", 1}}, "shop.example", ""},
      {"a backup's provider counts",
       {{"mx.shop.example", 1}, {"aspmx.l.google.com", 5}},
       "shop.example",
       "google"},
      {"nobody", {{"mx.shop.example", 1}}, "shop.example", ""},
  };
  const auto providers = Providers::builtin();
  REQUIRE(providers);
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(providers->find(c.hosts, c.domain) == c.want);
  }
}

TEST_CASE("a provider table that is wrong is refused") {
  for (const char* json :
       {"", "{}", R"({"providers":{}})", R"({"providers":[{}]})", R"({"providers":[{"id":1}]})",
        R"({"providers":[{"id":"a","domains":"x"}]})",
        R"({"providers":[{"id":"a","domains":[""]}]})",
        R"({"providers":[{"id":"a","domains":["x"]},{"id":"b","domains":["X"]}]})"}) {
    CAPTURE(json);
    CHECK_FALSE(Providers::parse(json));
  }
}

}  // namespace hagaki::harvest
