#include "dns/query_form.h"

#include <doctest/doctest.h>

namespace hagaki::dns {

TEST_CASE("addresses reversed under a zone") {
  struct Case {
    const char* name;
    const char* ip;
    const char* want;
  };
  const Case cases[] = {
      {"RFC 5782 2.1", "192.0.2.99", "99.2.0.192.bad.example.com"},
      {"test point", "127.0.0.2", "2.0.0.127.bad.example.com"},
      {"RFC 5782 2.4", "2001:db8:1:2:3:4:567:89ab",
       "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.bad.example.com"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto name = query_form(*parse_ip(c.ip), "Bad.Example.com.");
    REQUIRE(name);
    CHECK(*name == c.want);
  }
}

TEST_CASE("domains under a zone, and what is too long or no zone") {
  CHECK(query_form("Spam.Example", "dbl.test").value() == "spam.example.dbl.test");
  CHECK_FALSE(query_form("spam.example", ""));
  CHECK_FALSE(query_form("spam example", "dbl.test"));
  const std::string label(63, 'a');
  const std::string longest = label + '.' + label + '.' + label;
  CHECK(query_form(longest, label.substr(0, 61)));
  CHECK_FALSE(query_form(longest, label.substr(0, 62)));
}

TEST_CASE("reverse names") {
  CHECK(ptr_name(*parse_ip("192.0.2.1")) == "1.2.0.192.in-addr.arpa");
  CHECK(ptr_name(*parse_ip("::1")) ==
        "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa");
}

}  // namespace hagaki::dns
