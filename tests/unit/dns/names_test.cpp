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

TEST_CASE("names that a question can hold") {
  struct Case {
    const char* name;
    std::string input;
    bool want;
  };
  const Case cases[] = {
      {"plain", "example.com", true},
      {"what SPF makes", "a+b=c.d e._spf.example.com", true},
      {"any octet", "a\\\xE4.example", true},
      {"trailing dot", "example.com.", true},
      {"empty", "", false},
      {"root", ".", false},
      {"empty label", "a..b", false},
      {"leading dot", ".example.com", false},
      {"two trailing dots", "example.com..", false},
      {"63 octets", std::string(63, '+') + ".jp", true},
      {"64 octets", std::string(64, '+') + ".jp", false},
      {"253 octets",
       std::string(63, '+') + '.' + std::string(63, 'b') + '.' + std::string(63, 'c') + '.' +
           std::string(61, 'd'),
       true},
      {"254 octets",
       std::string(63, '+') + '.' + std::string(63, 'b') + '.' + std::string(63, 'c') + '.' +
           std::string(62, 'd'),
       false},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(fits_wire(c.input) == c.want);
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

TEST_CASE("addresses that the world can see") {
  struct Case {
    const char* ip;
    bool want;
  };
  const Case cases[] = {
      {"192.0.2.1", true},
      {"8.8.8.8", true},
      {"172.15.0.1", true},
      {"172.32.0.1", true},
      {"100.63.0.1", true},
      {"100.128.0.1", true},
      {"2001:db8::1", true},
      {"10.1.2.3", false},
      {"172.16.0.1", false},
      {"172.31.255.1", false},
      {"192.168.1.1", false},
      {"169.254.1.1", false},
      {"100.64.0.1", false},
      {"127.0.0.1", false},
      {"0.0.0.0", false},
      {"224.0.0.1", false},
      {"255.255.255.255", false},
      {"::", false},
      {"::1", false},
      {"fd00::1", false},
      {"fe80::1", false},
      {"febf::1", false},
      {"ff02::1", false},
      {"fe00::1", true},
      {"::ffff:8.8.8.8", true},
      {"::ffff:10.0.0.1", false},
      {"::ffff:127.0.0.1", false},
      {"192.0.0.8", false},
      {"198.18.0.1", false},
      {"198.19.255.1", false},
      {"198.20.0.1", true},
      {"fec0::1", false},
      {"100::1", false},
      {"::127.0.0.1", false},
      {"64:ff9b::10.0.0.1", false},
      {"64:ff9b::8.8.8.8", true},
      {"64:ff9b:1::8.8.8.8", false},
      {"2002:7f00:1::", false},
      {"2002:808:808::1", true},
  };
  for (const auto& c : cases) {
    CAPTURE(c.ip);
    CHECK(is_public(*parse_ip(c.ip)) == c.want);
  }
}

}  // namespace hagaki::dns
