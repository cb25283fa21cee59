#include "dnsbl/target.h"

#include <doctest/doctest.h>

using namespace hagaki;
using namespace hagaki::dnsbl;

TEST_CASE("targets and what is asked about them") {
  struct Case {
    const char* name;
    const char* input;
    Kind kind;
    const char* text;
    const char* question;
  };
  const Case cases[] = {
      {"IPv4", "192.0.2.99", Kind::Ip4, "192.0.2.99", "99.2.0.192"},
      {"blanks around", "  192.0.2.99\r\n", Kind::Ip4, "192.0.2.99", "99.2.0.192"},
      {"IPv4 literal", "[192.0.2.99]", Kind::Ip4, "192.0.2.99", "99.2.0.192"},
      {"IPv6", "2001:DB8::1", Kind::Ip6, "2001:db8::1",
       "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2"},
      {"IPv6 literal", "[IPv6:2001:db8::1]", Kind::Ip6, "2001:db8::1",
       "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2"},
      {"IPv6 in brackets", "[2001:db8::1]", Kind::Ip6, "2001:db8::1",
       "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2"},
      {"IPv4-mapped is IPv4", "::ffff:192.0.2.99", Kind::Ip4, "192.0.2.99", "99.2.0.192"},
      {"IPv4-mapped in hex", "::FFFF:7F00:2", Kind::Ip4, "127.0.0.2", "2.0.0.127"},
      {"domain", "Bad.Example.", Kind::Domain, "bad.example", "bad.example"},
      {"IDN", "例え.テスト", Kind::Domain, "xn--r8jz45g.xn--zckzah", "xn--r8jz45g.xn--zckzah"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto got = parse_target(c.input);
    REQUIRE(got);
    REQUIRE(got->size() == 1);
    CHECK((*got)[0].kind == c.kind);
    CHECK((*got)[0].text == c.text);
    CHECK((*got)[0].question == c.question);
  }
}

TEST_CASE("ranges") {
  struct Case {
    const char* input;
    std::size_t count;
    const char* first;
    const char* last;
  };
  const Case cases[] = {
      {"192.0.2.0/30", 4, "192.0.2.0", "192.0.2.3"},
      {"192.0.2.7/32", 1, "192.0.2.7", "192.0.2.7"},
      {"198.51.100.0/22", 1024, "198.51.100.0", "198.51.103.255"},
      {"2001:db8::/126", 4, "2001:db8::", "2001:db8::3"},
      {"2001:db8:0:0:0:0:0:ffff/128", 1, "2001:db8::ffff", "2001:db8::ffff"},
      {"::ffff:192.0.2.0/126", 4, "192.0.2.0", "192.0.2.3"},
      {"255.255.255.252/30", 4, "255.255.255.252", "255.255.255.255"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.input);
    const auto got = parse_target(c.input);
    REQUIRE(got);
    CHECK(got->size() == c.count);
    CHECK(got->front().text == c.first);
    CHECK(got->back().text == c.last);
  }
}

TEST_CASE("what is no target") {
  struct Case {
    const char* input;
    ErrorCode code;
    const char* says;
  };
  const Case cases[] = {
      {"", ErrorCode::Syntax, "empty"},
      {"192.0.2.300", ErrorCode::Syntax, "not an IP address"},
      {"192.0.2", ErrorCode::Syntax, "not an IP address"},
      {"user@example.com", ErrorCode::Syntax, "not an IP address"},
      {"https://example.com/", ErrorCode::Syntax, "not an IP address"},
      {"two words", ErrorCode::Syntax, "not an IP address"},
      {"localhost", ErrorCode::Syntax, "two labels"},
      {"exa_mple.com", ErrorCode::Syntax, "not an IP address"},
      {"192.0.2.1/24", ErrorCode::Syntax, "192.0.2.0/24?"},
      {"2001:db8::1/120", ErrorCode::Syntax, "2001:db8::/120?"},
      {"192.0.2.0/33", ErrorCode::Syntax, "0 to 32"},
      {"192.0.2.0/", ErrorCode::Syntax, "0 to 32"},
      {"192.0.2.0/x", ErrorCode::Syntax, "0 to 32"},
      {"192.0.0.0/21", ErrorCode::Limit, "use /22"},
      {"0.0.0.0/0", ErrorCode::Limit, "1024"},
      {"2001:db8::/64", ErrorCode::Limit, "use /118"},
      {"fe80::1%eth0", ErrorCode::Syntax, "not an IP address"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.input);
    const auto got = parse_target(c.input);
    REQUIRE(!got);
    CHECK(got.error().code == c.code);
    CAPTURE(got.error().message);
    CHECK(got.error().message.find(c.says) != std::string::npos);
  }
}

TEST_CASE("test points stay what the list wants") {
  CHECK(question_for(Kind::Ip4, "127.0.0.2") == "2.0.0.127");
  CHECK(question_for(Kind::Ip6, "::FFFF:7F00:2") ==
        "2.0.0.0.0.0.f.7.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0");
  CHECK(question_for(Kind::Domain, "TEST") == "test");
  CHECK(question_for(Kind::Domain, "_DNSBL_.test") == "_dnsbl_.test");
  CHECK(!question_for(Kind::Ip4, "::ffff:7f00:2"));
  CHECK(!question_for(Kind::Ip6, "127.0.0.2"));
  CHECK(!question_for(Kind::Domain, "a b"));
}

TEST_CASE("a range one by one") {
  auto range = TargetRange::parse("10.0.0.0/8").value();
  CHECK(range.size() == 16'777'216);
  CHECK(range.address()->text() == "10.0.0.0");
  for (int i = 0; i < 256; ++i) (void)range.next();
  CHECK(range.next().question == "0.1.0.10");
  CHECK(range.size() == 16'777'216 - 257);
  CHECK(range.bounds()->first.text() == "10.0.0.0");
  CHECK(range.bounds()->last.text() == "10.255.255.255");
  CHECK(TargetRange::parse("0.0.0.0/0")->size() == 4'294'967'296);
  CHECK(TargetRange::parse("2001:db8::/96")->size() == 4'294'967'296);
  CHECK(TargetRange::parse("2001:db8::/95").error().code == ErrorCode::Limit);
  auto domain = TargetRange::parse("bad.example").value();
  CHECK(!domain.address());
  CHECK(!domain.bounds());
  CHECK(domain.next().text == "bad.example");
  CHECK(domain.size() == 0);
}
