#include "dns/names.h"

#include <doctest/doctest.h>

#include "dns/ip.h"

namespace hagaki::dns {

TEST_CASE("names that can be asked about") {
  struct Case {
    const char* name;
    std::string input;
    bool want;
  };
  const Case cases[] = {
      {"plain", "example.com", true},
      {"trailing dot", "example.com.", true},
      {"single label", "localhost", true},
      {"underscore", "_dmarc.example.com", true},
      {"A-label", "xn--r8jz45g.jp", true},
      {"empty", "", false},
      {"root", ".", false},
      {"empty label", "a..b", false},
      {"leading dot", ".example.com", false},
      {"two trailing dots", "example.com..", false},
      {"blank", "a b.example", false},
      {"NUL", std::string("a\0b.example", 11), false},
      {"not ASCII", "例え.jp", false},
      {"63 octets", std::string(63, 'a') + ".jp", true},
      {"64 octets", std::string(64, 'a') + ".jp", false},
      {"253 octets",
       std::string(63, 'a') + '.' + std::string(63, 'b') + '.' + std::string(63, 'c') + '.' +
           std::string(61, 'd'),
       true},
      {"254 octets",
       std::string(63, 'a') + '.' + std::string(63, 'b') + '.' + std::string(63, 'c') + '.' +
           std::string(62, 'd'),
       false},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(check_name(c.input).has_value() == c.want);
  }
}

TEST_CASE("names for this machine") {
  struct Case {
    const char* input;
    bool want;
  };
  const Case cases[] = {
      {"localhost", true},
      {"LOCALHOST.", true},
      {"mx.localhost", true},
      {"localhost.localdomain", true},
      {"notlocalhost", false},
      {"localhost.example.com", false},
      {"", false},
  };
  for (const auto& c : cases) {
    CAPTURE(c.input);
    CHECK(is_localhost(c.input) == c.want);
  }
}

TEST_CASE("IP addresses, strictly") {
  struct Case {
    std::string input;
    std::string want;  // empty: none
  };
  const Case cases[] = {
      {"192.0.2.1", "192.0.2.1"},
      {"255.255.255.255", "255.255.255.255"},
      {"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
      {"::", "::"},
      {"::ffff:192.0.2.1", "::ffff:192.0.2.1"},
      {"", ""},
      {"127.1", ""},
      {"192.0.2.256", ""},
      {"192.0.2.01", ""},
      {"0x7f.0.0.1", ""},
      {" 192.0.2.1", ""},
      {"192.0.2.1 ", ""},
      {"192.0.2.1.", ""},
      {"fe80::1%eth0", ""},
      {"1::2::3", ""},
      {"[192.0.2.1]", ""},
      {std::string("192.0.2.1\0x", 11), ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.input);
    const auto ip = parse_ip(c.input);
    CHECK((ip ? ip->text() : "") == c.want);
  }
}

TEST_CASE("address literals") {
  struct Case {
    const char* input;
    const char* want;
  };
  const Case cases[] = {
      {"[192.0.2.1]", "192.0.2.1"},
      {"[IPv6:2001:db8::1]", "2001:db8::1"},
      {"[ipv6:::1]", "::1"},
      {"[2001:db8::1]", ""},
      {"[IPv6:192.0.2.1]", ""},
      {"192.0.2.1", ""},
      {"[]", ""},
      {"[", ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.input);
    const auto ip = parse_address_literal(c.input);
    CHECK((ip ? ip->text() : "") == c.want);
  }
}

}  // namespace hagaki::dns
