#include "health/dynamic_name.h"

#include <doctest/doctest.h>

namespace dynamic_name_test {

using namespace hagaki;
using namespace hagaki::health;
using Kind = NameLook::Kind;

TEST_CASE("every row's example looks dynamic, by that row") {
  const auto& table = DynamicNames::builtin();
  REQUIRE(table.isps().size() > 15);
  for (const auto& isp : table.isps()) {
    CAPTURE(isp.pattern);
    const auto look = table.look(isp.example, dns::parse_ip("203.0.113.77").value());
    CHECK(look.kind == Kind::Dynamic);
    CHECK(look.why == isp.name);
  }
}

TEST_CASE("how names look") {
  struct Case {
    const char* name;
    const char* ip;
    Kind want;
  };
  const Case cases[] = {
      {"mail.example.jp", "192.0.2.1", Kind::Own},
      {"mx1.mail.ocn.ne.jp", "192.0.2.1", Kind::Own},
      {"p4202-ipbf1104marunouchi.tokyo.ocn.ne.jp", "192.0.2.1", Kind::Dynamic},
      {"P4202-IPBF1104MARUNOUCHI.TOKYO.OCN.NE.JP", "192.0.2.1", Kind::Dynamic},
      {"KD111239154001.au-net.ne.jp", "111.239.154.1", Kind::Dynamic},
      {"softbank126000000001.bbtec.net", "126.0.0.1", Kind::Dynamic},
      {"KD106154000001.ppp.dion.ne.jp", "106.154.0.1", Kind::Dynamic},
      {"192-0-2-1.example.net", "192.0.2.1", Kind::Generic},
      {"1.2.0.192.example.net", "192.0.2.1", Kind::Generic},
      {"host192000002001.example.net", "192.0.2.1", Kind::Generic},
      {"hc0000201.example.net", "192.0.2.1", Kind::Generic},
      {"192-0-2-11.example.net", "192.0.2.1", Kind::Own},
      {"192-0-2-1.static.example.net", "192.0.2.1", Kind::Own},
      {"mail192-0-2-1.example.net", "192.0.2.1", Kind::Own},
      {"192-0-2-1.pool.example.net", "192.0.2.1", Kind::Dynamic},
      {"a17.dhcp.example.net", "192.0.2.1", Kind::Dynamic},
      {"host.pool.example", "192.0.2.1", Kind::Own},
      {"20010db8000000000000000000000001.example.net", "2001:db8::1", Kind::Generic},
      {"x-0000-0000-0000-0001.example.net", "2001:db8::1", Kind::Generic},
      {"mail.example.net", "2001:db8::1", Kind::Own},
      {"", "192.0.2.1", Kind::Own},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(DynamicNames::builtin().look(c.name, dns::parse_ip(c.ip).value()).kind == c.want);
  }
}

TEST_CASE("a broken table is refused") {
  for (const char* json :
       {"", "[]", "{}", R"({"isp": [1], "words": [], "fixed": []})",
        R"({"isp": [{"pattern": "x"}], "words": [], "fixed": []})",
        R"({"isp": [], "words": [1], "fixed": []})", R"({"isp": [], "words": []})"}) {
    CAPTURE(json);
    CHECK(!DynamicNames::parse(json));
  }
}

}  // namespace dynamic_name_test
