#include "spf/record.h"

#include <doctest/doctest.h>

using namespace hagaki;
using namespace hagaki::spf;

TEST_CASE("what is an SPF record") {
  CHECK(is_spf("v=spf1"));
  CHECK(is_spf("v=spf1 -all"));
  CHECK(is_spf("V=SPF1 -all"));
  CHECK(!is_spf("v=spf10"));
  CHECK(!is_spf("v=spf1\t-all"));
  CHECK(!is_spf("v=spf2.0/pra -all"));
  CHECK(!is_spf(" v=spf1 -all"));
  CHECK(!is_spf("v=DMARC1; p=none"));
}

TEST_CASE("records that can be read") {
  struct Case {
    const char* text;
    std::size_t mechanisms;
    const char* redirect;
  };
  const Case cases[] = {
      {"v=spf1", 0, nullptr},
      {"v=spf1  ", 0, nullptr},
      {"v=spf1 +all", 1, nullptr},
      {"v=spf1 a a/24 a//64 a/24//64 a:x.example/24 a:x.example//64 -ALL", 7, nullptr},
      {"v=spf1 mx mx/0 mx:%{d2}/32//128 ~all", 4, nullptr},
      {"v=spf1 ip4:192.0.2.1 ip4:192.0.2.0/24 ip6:2001:db8::/32 ip6:::1 ?all", 5, nullptr},
      {"v=spf1 include:_spf.example.com exists:%{i}._spf.%{d2} ptr ptr:example.com", 4, nullptr},
      {"v=spf1 redirect=_spf.example.com", 0, "_spf.example.com"},
      {"v=spf1 exp=why.%{d} moo.x=%{d}.,+ mx -all", 2, nullptr},
      {"v=spf1 unknown=%{l}%% -all", 1, nullptr},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    const auto record = parse_record(c.text);
    REQUIRE(record);
    CHECK(record->mechanisms.size() == c.mechanisms);
    CHECK(record->redirect.value_or("(none)") == (c.redirect != nullptr ? c.redirect : "(none)"));
  }
}

TEST_CASE("the parts of a mechanism") {
  const auto record =
      parse_record("v=spf1 -a:mail.example.com/24//64 ~ip6:2001:db8::/32 ?mx//56 exists:%{i}.x.org")
          .value();
  REQUIRE(record.mechanisms.size() == 4);
  const auto& a = record.mechanisms[0];
  CHECK(a.kind == Mechanism::Kind::A);
  CHECK(a.qualifier == Qualifier::Fail);
  CHECK(a.target == "mail.example.com");
  CHECK(a.prefix4 == 24);
  CHECK(a.prefix6 == 64);
  CHECK(a.text == "-a:mail.example.com/24//64");
  CHECK(record.mechanisms[1].qualifier == Qualifier::SoftFail);
  CHECK(record.mechanisms[1].network.text() == "2001:db8::");
  CHECK(record.mechanisms[1].prefix6 == 32);
  CHECK(record.mechanisms[2].qualifier == Qualifier::Neutral);
  CHECK(record.mechanisms[2].prefix4 == 32);
  CHECK(record.mechanisms[2].prefix6 == 56);
  CHECK(record.mechanisms[3].target == "%{i}.x.org");
}

TEST_CASE("records that break the grammar") {
  for (const char* text : {
           "v=spf1 foo",
           "v=spf1 all:example.com",
           "v=spf1 all/24",
           "v=spf1 -all.",
           "v=spf1 a:",
           "v=spf1 a:/24",
           "v=spf1 a/33",
           "v=spf1 a/024",
           "v=spf1 a/",
           "v=spf1 a//129",
           "v=spf1 a///64",
           "v=spf1 a:192.0.2.1",
           "v=spf1 a:example.com:25",
           "v=spf1 include",
           "v=spf1 include:",
           "v=spf1 include:example.com/24",
           "v=spf1 exists",
           "v=spf1 ip4",
           "v=spf1 ip4:",
           "v=spf1 ip4:192.0.2",
           "v=spf1 ip4:192.0.2.1/",
           "v=spf1 ip4:192.0.2.1/33",
           "v=spf1 ip4:2001:db8::1",
           "v=spf1 ip6:192.0.2.1",
           "v=spf1 ip6:2001:db8::1/129",
           "v=spf1 ip4:192.0.2.1:25",
           "v=spf1 ptr/24",
           "v=spf1 --all",
           "v=spf1 -",
           "v=spf1 redirect=",
           "v=spf1 redirect=a.example redirect=b.example",
           "v=spf1 exp=a.example exp=b.example",
           "v=spf1 exp=%{c}.example",
           "v=spf1 x=%",
           "v=spf1 =x",
           "v=spf1 1a=b",
           "v=spf1 mx\x01 -all",
           "v=spf1 mx:b\xC3\xBC"
           "cher.example -all",
           "v=spf1 ip4:192.0.2.1;-all",
           "v=spf1 ip4:192.0.2.1, -all",
       }) {
    CAPTURE(text);
    const auto record = parse_record(text);
    REQUIRE(!record);
    CHECK(!record.error().text().empty());
  }
}

TEST_CASE("the error names the term") {
  CHECK(parse_record("v=spf1 mx ipv4:192.0.2.1 -all").error().text() ==
        "ipv4:192.0.2.1: no mechanism of this name");
}

TEST_CASE("terms are bounded") {
  std::string text = "v=spf1";
  for (std::size_t i = 0; i < kMaxTerms; ++i) text += " all";
  CHECK(parse_record(text));
  CHECK(!parse_record(text + " all"));
}
