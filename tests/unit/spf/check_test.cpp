#include "spf/check.h"

#include <doctest/doctest.h>

#include "fake_zone.h"

using namespace hagaki;
using namespace hagaki::spf;

namespace {

/// RFC 7208, appendix A.
constexpr const char* kRfc = R"(
example.com MX 10 mail-a.example.com
example.com MX 20 mail-b.example.com
example.com A 192.0.2.10
example.com A 192.0.2.11
amy.example.com A 192.0.2.65
bob.example.com A 192.0.2.66
mail-a.example.com A 192.0.2.129
mail-b.example.com A 192.0.2.130
example.org MX 10 mail-c.example.org
mail-c.example.org A 192.0.2.140
10.2.0.192.in-addr.arpa PTR example.com
11.2.0.192.in-addr.arpa PTR example.com
65.2.0.192.in-addr.arpa PTR amy.example.com
66.2.0.192.in-addr.arpa PTR bob.example.com
129.2.0.192.in-addr.arpa PTR mail-a.example.com
130.2.0.192.in-addr.arpa PTR mail-b.example.com
140.2.0.192.in-addr.arpa PTR mail-c.example.org
4.0.0.10.in-addr.arpa PTR bob.example.com
)";

Outcome check(fake::Zone& zone, const char* ip, const char* sender) {
  Question question;
  question.ip = dns::parse_ip(ip).value();
  const std::string_view address = sender;
  question.local = address.substr(0, address.find('@'));
  question.domain = address.substr(address.find('@') + 1);
  question.helo = "mail.example.com";
  Outcome out;
  int calls = 0;
  check_host(zone, question, [&](const Outcome& outcome) {
    out = outcome;
    ++calls;
  });
  CHECK(calls == 0);  // never from inside
  zone.run();
  CHECK(calls == 1);
  return out;
}

std::string verdict(const std::string& zone_lines, const char* ip,
                    const char* sender = "user@example.com") {
  fake::Zone zone(zone_lines);
  return std::string(verdict_name(check(zone, ip, sender).verdict));
}

}  // namespace

TEST_CASE("RFC 7208, appendix A.1") {
  struct Case {
    const char* record;
    const char* ip;
    const char* want;
  };
  const Case cases[] = {
      {"v=spf1 +all", "203.0.113.9", "pass"},
      {"v=spf1 a -all", "192.0.2.10", "pass"},
      {"v=spf1 a -all", "192.0.2.11", "pass"},
      {"v=spf1 a -all", "192.0.2.65", "fail"},
      {"v=spf1 a:example.org -all", "192.0.2.140", "fail"},
      {"v=spf1 mx -all", "192.0.2.129", "pass"},
      {"v=spf1 mx -all", "192.0.2.130", "pass"},
      {"v=spf1 mx -all", "192.0.2.10", "fail"},
      {"v=spf1 mx:example.org -all", "192.0.2.140", "pass"},
      {"v=spf1 mx:example.org -all", "192.0.2.129", "fail"},
      {"v=spf1 mx mx:example.org -all", "192.0.2.129", "pass"},
      {"v=spf1 mx mx:example.org -all", "192.0.2.140", "pass"},
      {"v=spf1 mx/30 mx:example.org/30 -all", "192.0.2.131", "pass"},
      {"v=spf1 mx/30 mx:example.org/30 -all", "192.0.2.143", "pass"},
      {"v=spf1 mx/30 mx:example.org/30 -all", "192.0.2.132", "fail"},
      {"v=spf1 ptr -all", "192.0.2.65", "pass"},
      {"v=spf1 ptr -all", "192.0.2.140", "fail"},
      {"v=spf1 ptr -all", "10.0.0.4", "fail"},
      {"v=spf1 ip4:192.0.2.128/28 -all", "192.0.2.65", "fail"},
      {"v=spf1 ip4:192.0.2.128/28 -all", "192.0.2.129", "pass"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.record);
    CAPTURE(c.ip);
    CHECK(verdict(std::string(kRfc) + "example.com TXT " + c.record, c.ip) == c.want);
  }
}

TEST_CASE("RFC 7208, appendix A.3 and A.4") {
  // A list of addresses in DNS, and users by name.
  const std::string zone = std::string(kRfc) + R"(
example.com TXT v=spf1 exists:%{ir}.%{l1r+-}._spf.%{d} mx -all
3.2.0.192.good._spf.example.com A 127.0.0.2
mary.mobile-users._spf.example.com A 127.0.0.2
mobile.example.com TXT v=spf1 exists:%{l1r+}.mobile-users._spf.example.com -all
)";
  CHECK(verdict(zone, "192.0.2.3", "good-one@example.com") == "pass");
  CHECK(verdict(zone, "192.0.2.3", "bad@example.com") == "fail");
  CHECK(verdict(zone, "203.0.113.9", "mary+tag@mobile.example.com") == "pass");
  CHECK(verdict(zone, "203.0.113.9", "fred@mobile.example.com") == "fail");
}

TEST_CASE("names that no host has") {
  // RFC 7208 §7.1 allows any visible character; so does DNS.
  const std::string zone = R"(
example.com TXT v=spf1 exists:%{l}._spf.example.com a:a+b.example.com -all
mary+tag=x._spf.example.com A 127.0.0.2
a+b.example.com A 192.0.2.3
)";
  CHECK(verdict(zone, "203.0.113.9", "mary+tag=x@example.com") == "pass");
  CHECK(verdict(zone, "192.0.2.3", "fred/s@example.com") == "pass");
  CHECK(verdict(zone, "203.0.113.9", "fred/s@example.com") == "fail");
}

TEST_CASE("finding the record") {
  struct Case {
    const char* name;
    const char* zone;
    const char* sender;
    const char* want;
  };
  const Case cases[] = {
      {"none", "example.com A 192.0.2.1", "u@example.com", "none"},
      {"no domain", "", "u@example.com", "none"},
      {"others only", "example.com TXT hello\nexample.com TXT v=spf10 -all", "u@example.com",
       "none"},
      {"beside others", "example.com TXT hello\nexample.com TXT v=spf1 -all", "u@example.com",
       "fail"},
      {"two", "example.com TXT v=spf1 -all\nexample.com TXT v=spf1 +all", "u@example.com",
       "permerror"},
      {"server fails", "example.com FAILS", "u@example.com", "temperror"},
      {"one label", "localhost TXT v=spf1 -all", "u@localhost", "none"},
      {"a literal", "", "u@[192.0.2.1]", "none"},
      {"empty label", "", "u@a..example.com", "none"},
      {"capitals", "example.com TXT v=spf1 -all", "u@EXAMPLE.com", "fail"},
      {"a root dot", "example.com TXT v=spf1 -all", "u@example.com.", "fail"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(verdict(c.zone, "192.0.2.1", c.sender) == c.want);
  }
}

TEST_CASE("what a record comes to") {
  struct Case {
    const char* name;
    const char* zone;
    const char* ip;
    const char* want;
    const char* mechanism;
  };
  const Case cases[] = {
      {"neutral by default", "example.com TXT v=spf1", "192.0.2.1", "neutral", ""},
      {"qualifiers", "example.com TXT v=spf1 ~ip4:192.0.2.1 -all", "192.0.2.1", "softfail",
       "~ip4:192.0.2.1"},
      {"question mark", "example.com TXT v=spf1 ?all", "192.0.2.1", "neutral", "?all"},
      {"first match", "example.com TXT v=spf1 -ip4:192.0.2.0/24 ip4:192.0.2.1", "192.0.2.1", "fail",
       "-ip4:192.0.2.0/24"},
      {"prefix 0", "example.com TXT v=spf1 ip4:10.0.0.0/0 -all", "192.0.2.1", "pass",
       "ip4:10.0.0.0/0"},
      {"odd prefix", "example.com TXT v=spf1 ip4:192.0.2.8/29 -all", "192.0.2.16", "fail", "-all"},
      {"IPv6", "example.com TXT v=spf1 ip6:2001:db8::/33 -all", "2001:db8:7fff::1", "pass",
       "ip6:2001:db8::/33"},
      {"IPv6 outside", "example.com TXT v=spf1 ip6:2001:db8::/33 -all", "2001:db8:8000::1", "fail",
       "-all"},
      {"IPv6 is no IPv4", "example.com TXT v=spf1 ip4:0.0.0.0/0 -all", "2001:db8::1", "fail",
       "-all"},
      {"mapped", "example.com TXT v=spf1 ip4:192.0.2.1 -all", "::ffff:192.0.2.1", "pass",
       "ip4:192.0.2.1"},
      {"AAAA", "example.com TXT v=spf1 a//64 -all\nexample.com AAAA 2001:db8::7", "2001:db8::9",
       "pass", "a//64"},
      {"terms in capitals", "example.com TXT v=spf1 IP4:192.0.2.1 -ALL", "192.0.2.1", "pass",
       "IP4:192.0.2.1"},
      {"an error at the end counts", "example.com TXT v=spf1 +all foo", "192.0.2.1", "permerror",
       ""},
      {"include passes",
       "example.com TXT v=spf1 include:b.example -all\nb.example TXT v=spf1 ip4:192.0.2.1 -all",
       "192.0.2.1", "pass", "include:b.example"},
      {"include fails and goes on",
       "example.com TXT v=spf1 include:b.example ~all\nb.example TXT v=spf1 -all", "192.0.2.1",
       "softfail", "~all"},
      {"include neutral goes on",
       "example.com TXT v=spf1 include:b.example -all\nb.example TXT v=spf1 ?all", "192.0.2.1",
       "fail", "-all"},
      {"include with a qualifier",
       "example.com TXT v=spf1 -include:b.example +all\nb.example TXT v=spf1 +all", "192.0.2.1",
       "fail", "-include:b.example"},
      {"include without record",
       "example.com TXT v=spf1 include:b.example -all\nb.example A 192.0.2.9", "192.0.2.1",
       "permerror", ""},
      {"include that fails to answer",
       "example.com TXT v=spf1 include:b.example -all\nb.example FAILS", "192.0.2.1", "temperror",
       ""},
      {"include with an error",
       "example.com TXT v=spf1 include:b.example -all\nb.example TXT v=spf1 foo", "192.0.2.1",
       "permerror", ""},
      {"redirect", "example.com TXT v=spf1 redirect=b.example\nb.example TXT v=spf1 -all",
       "192.0.2.1", "fail", "-all"},
      {"redirect behind all",
       "example.com TXT v=spf1 redirect=b.example ?all\nb.example TXT v=spf1 -all", "192.0.2.1",
       "neutral", "?all"},
      {"redirect without record", "example.com TXT v=spf1 redirect=b.example", "192.0.2.1",
       "permerror", ""},
      {"redirect to itself", "example.com TXT v=spf1 redirect=example.com", "192.0.2.1",
       "permerror", ""},
      {"include of itself", "example.com TXT v=spf1 include:example.com -all", "192.0.2.1",
       "permerror", ""},
      {"the domain of a redirected record is the other's",
       "example.com TXT v=spf1 redirect=b.example\nb.example TXT v=spf1 a -all\nb.example A "
       "192.0.2.1",
       "192.0.2.1", "pass", "a"},
      {"the address of a host that fails",
       "example.com TXT v=spf1 a:b.example -all\nb.example FAILS", "192.0.2.1", "temperror", ""},
      {"an MX host that matches before one that fails",
       "example.com TXT v=spf1 mx -all\nexample.com MX 10 a.example\nexample.com MX 20 "
       "b.example\na.example A 192.0.2.1\nb.example FAILS",
       "192.0.2.1", "pass", "mx"},
      {"an MX host that fails before one that matches",
       "example.com TXT v=spf1 mx -all\nexample.com MX 20 a.example\nexample.com MX 10 "
       "b.example\na.example A 192.0.2.1\nb.example FAILS",
       "192.0.2.1", "temperror", ""},
      {"a PTR that fails matches nothing",
       "example.com TXT v=spf1 ptr -all\n1.2.0.192.in-addr.arpa FAILS", "192.0.2.1", "fail",
       "-all"},
      {"ptr of a name that only ends alike",
       "example.com TXT v=spf1 ptr -all\n1.2.0.192.in-addr.arpa PTR notexample.com\nnotexample.com "
       "A 192.0.2.1",
       "192.0.2.1", "fail", "-all"},
      {"the validated name",
       "example.com TXT v=spf1 exists:%{p}.list.example -all\n1.2.0.192.in-addr.arpa PTR "
       "mx.example.com\nmx.example.com A 192.0.2.1\nmx.example.com.list.example A 127.0.0.2",
       "192.0.2.1", "pass", "exists:%{p}.list.example"},
      {"no validated name",
       "example.com TXT v=spf1 exists:%{p}.list.example -all\n1.2.0.192.in-addr.arpa PTR "
       "mx.example.com\nmx.example.com A 192.0.2.2\nunknown.list.example A 127.0.0.2",
       "192.0.2.1", "pass", "exists:%{p}.list.example"},
      {"exists asks for A with IPv6 too",
       "example.com TXT v=spf1 exists:x.example -all\nx.example A 127.0.0.2", "2001:db8::1", "pass",
       "exists:x.example"},
      {"a macro that makes no name", "example.com TXT v=spf1 a:%{l1r-}..%{d} -all", "192.0.2.1",
       "fail", "-all"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    fake::Zone zone(c.zone);
    const auto outcome = check(zone, c.ip, "user@example.com");
    CHECK(verdict_name(outcome.verdict) == c.want);
    CHECK(outcome.mechanism == c.mechanism);
    const bool error =
        outcome.verdict == Verdict::TempError || outcome.verdict == Verdict::PermError;
    CHECK(error == !outcome.problem.empty());
  }
}

TEST_CASE("limits") {
  const auto lookups = [](int n) {
    std::string record = "example.com TXT v=spf1";
    for (int i = 0; i < n; ++i) record += " a:there.example";
    return record + " -all\nthere.example A 192.0.2.99\n";
  };
  CHECK(verdict(lookups(10), "192.0.2.1") == "fail");
  CHECK(verdict(lookups(11), "192.0.2.1") == "permerror");

  const auto voids = [](int n) {
    std::string record = "example.com TXT v=spf1";
    for (int i = 0; i < n; ++i) record += " a:nothing" + std::to_string(i) + ".example";
    return record + " -all";
  };
  CHECK(verdict(voids(2), "192.0.2.1") == "fail");
  CHECK(verdict(voids(3), "192.0.2.1") == "permerror");

  const auto hosts = [](int n) {
    std::string zone = "example.com TXT v=spf1 mx -all\n";
    for (int i = 0; i < n; ++i) {
      const auto host = "mx" + std::to_string(i) + ".example";
      zone += "example.com MX 10 " + host + '\n' + host + " A 192.0.2.9\n";
    }
    return zone;
  };
  CHECK(verdict(hosts(10), "192.0.2.1") == "fail");
  CHECK(verdict(hosts(11), "192.0.2.1") == "permerror");

  std::string names = "example.com TXT v=spf1 ptr -all\n";
  for (int i = 0; i < 12; ++i) {
    const bool last = i == 11;
    const auto host = last ? std::string("mx.example.com") : "h" + std::to_string(i) + ".example";
    names += "1.2.0.192.in-addr.arpa PTR " + host + '\n' + host + " A 192.0.2.1\n";
  }
  CHECK(verdict(names, "192.0.2.1") == "fail");  // the twelfth is not looked at
}

TEST_CASE("the counts are told") {
  fake::Zone zone(
      "example.com TXT v=spf1 include:b.example a:none.example mx -all\n"
      "b.example TXT v=spf1 a:c.example -all\nc.example A 192.0.2.9\n");
  const auto outcome = check(zone, "192.0.2.1", "user@example.com");
  CHECK(outcome.verdict == Verdict::Fail);
  CHECK(outcome.lookups == 4);
  CHECK(outcome.domain == "example.com");
}
