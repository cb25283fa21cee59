#include "rehearse/ip.h"

#include <doctest/doctest.h>

namespace ip_test {

using namespace hagaki::rehearse;

TEST_CASE("a range holds what is inside it") {
  struct Case {
    const char* name;
    const char* range;
    const char* address;
    bool want;
  };
  const Case cases[] = {
      {"one address", "192.0.2.1", "192.0.2.1", true},
      {"another address", "192.0.2.1", "192.0.2.2", false},
      {"last of a /28", "192.0.2.0/28", "192.0.2.15", true},
      {"behind a /28", "192.0.2.0/28", "192.0.2.16", false},
      {"all of IPv4", "0.0.0.0/0", "203.0.113.9", true},
      {"IPv6", "2001:db8::/33", "2001:db8:7fff::1", true},
      {"behind an IPv6 range", "2001:db8::/33", "2001:db8:8000::1", false},
      {"IPv6 in an IPv4 range", "0.0.0.0/0", "::1", false},
      {"no address", "0.0.0.0/0", "example", false},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const auto range = IpRange::parse(c.range);
    REQUIRE(range);
    CHECK(range->contains(c.address) == c.want);
  }
  CHECK(!IpRange::parse("192.0.2.0/33"));
  CHECK(!IpRange::parse("192.0.2"));
  CHECK(!IpRange::parse("192.0.2.0/"));
}

TEST_CASE("query names of blocklists are turned back") {
  CHECK(unreverse("2.0.0.127") == "127.0.0.2");
  CHECK(!unreverse("bad.example"));
  CHECK(!unreverse("a.b.c.d"));
  const auto v6 = unreverse("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2");
  REQUIRE(v6);
  CHECK(IpRange::parse("2001:db8::1")->contains(*v6));
}

TEST_CASE("only 127.0.0.0/8 is loopback") {
  CHECK(is_loopback4("127.25.0.1"));
  CHECK(!is_loopback4("128.0.0.1"));
  CHECK(!is_loopback4("0.0.0.0"));
  CHECK(!is_loopback4("::1"));
}

}  // namespace ip_test
