#include <doctest/doctest.h>

#include "fake_zone.h"
#include "spf/check.h"

// RFC 7208 rule by rule, as the openspf test suite divides them; zones and words are our own.

namespace spf_rules {
namespace {

using namespace hagaki;

struct Case {
  const char* name;
  const char* record;  ///< of a.example, which sends as sue@a.example; empty: none
  const char* zone;    ///< besides
  const char* ip;
  const char* want;
};

const Case kCases[] = {
    // Selecting records (§4.5)
    {"version alone", "v=spf1", "", "192.0.2.1", "neutral"},
    {"version in capitals", "V=SPF1 -all", "", "192.0.2.1", "fail"},
    {"version runs on", "v=spf1-all", "", "192.0.2.1", "none"},
    {"another version", "v=spf2.0/pra -all", "", "192.0.2.1", "none"},
    {"several blanks between terms", "v=spf1   ip4:192.0.2.1    -all  ", "", "192.0.2.1", "pass"},
    {"a tab between terms", "v=spf1\tip4:192.0.2.1 -all", "", "192.0.2.1", "none"},
    // Syntax of terms (§4.6.1)
    {"unknown mechanism", "v=spf1 ipv4:192.0.2.1 -all", "", "192.0.2.1", "permerror"},
    {"unknown modifier", "v=spf1 colour=red -all", "", "192.0.2.1", "fail"},
    {"a modifier without a name", "v=spf1 =red -all", "", "192.0.2.1", "permerror"},
    {"a modifier with a qualifier", "v=spf1 -colour=red -all", "", "192.0.2.1", "permerror"},
    {"a term of punctuation", "v=spf1 ; -all", "", "192.0.2.1", "permerror"},
    {"an error behind the match", "v=spf1 ip4:192.0.2.1 -all moo", "", "192.0.2.1", "permerror"},
    {"two qualifiers", "v=spf1 +-all", "", "192.0.2.1", "permerror"},
    // all (§5.1)
    {"all with an argument", "v=spf1 all:b.example", "", "192.0.2.1", "permerror"},
    {"all with a prefix", "v=spf1 -all/8", "", "192.0.2.1", "permerror"},
    {"behind all nothing counts", "v=spf1 ?all -ip4:192.0.2.1", "", "192.0.2.1", "neutral"},
    // ip4 (§5.6)
    {"ip4 without address", "v=spf1 ip4 -all", "", "192.0.2.1", "permerror"},
    {"ip4 of three numbers", "v=spf1 ip4:192.0.2 -all", "", "192.0.2.1", "permerror"},
    {"ip4 with /33", "v=spf1 ip4:192.0.2.0/33 -all", "", "192.0.2.1", "permerror"},
    {"ip4 with /032", "v=spf1 ip4:192.0.2.1/032 -all", "", "192.0.2.1", "permerror"},
    {"ip4 with //32", "v=spf1 ip4:192.0.2.1//32 -all", "", "192.0.2.1", "permerror"},
    {"ip4 with a name", "v=spf1 ip4:b.example -all", "", "192.0.2.1", "permerror"},
    {"ip4 with an empty prefix", "v=spf1 ip4:192.0.2.1/ -all", "", "192.0.2.1", "permerror"},
    {"ip4 /31 inside", "v=spf1 ip4:192.0.2.0/31 -all", "", "192.0.2.1", "pass"},
    {"ip4 /31 outside", "v=spf1 ip4:192.0.2.2/31 -all", "", "192.0.2.1", "fail"},
    // ip6
    {"ip6 short form", "v=spf1 ip6:2001:db8::1 -all", "", "2001:db8:0:0:0:0:0:1", "pass"},
    {"ip6 with /129", "v=spf1 ip6:2001:db8::/129 -all", "", "2001:db8::1", "permerror"},
    {"ip6 with /0", "v=spf1 ip6:2001:db8::/0 -all", "", "2a00::1", "pass"},
    {"ip6 of too many groups", "v=spf1 ip6:1:2:3:4:5:6:7:8:9 -all", "", "2001:db8::1", "permerror"},
    {"ip6 is nothing to IPv4", "v=spf1 ip6:::/0 -all", "", "192.0.2.1", "fail"},
    // a (§5.3)
    {"a of the domain", "v=spf1 a -all", "a.example A 192.0.2.1", "192.0.2.1", "pass"},
    {"a of another", "v=spf1 a:b.example -all", "b.example A 192.0.2.1", "192.0.2.1", "pass"},
    {"a with /24", "v=spf1 a:b.example/24 -all", "b.example A 192.0.2.200", "192.0.2.1", "pass"},
    {"a with /33", "v=spf1 a/33 -all", "a.example A 192.0.2.1", "192.0.2.1", "permerror"},
    {"a with both prefixes, IPv4", "v=spf1 a:b.example/24//96 -all", "b.example A 192.0.2.200",
     "192.0.2.1", "pass"},
    {"a with both prefixes, IPv6", "v=spf1 a:b.example/24//96 -all", "b.example AAAA 2001:db8::7",
     "2001:db8::1", "pass"},
    {"a with both prefixes, IPv6 outside", "v=spf1 a:b.example/24//112 -all",
     "b.example AAAA 2001:db8::1:7", "2001:db8::7", "fail"},
    {"a with //129", "v=spf1 a//129 -all", "a.example AAAA 2001:db8::1", "2001:db8::1",
     "permerror"},
    {"a that asks for the other kind", "v=spf1 a:b.example -all", "b.example AAAA 2001:db8::1",
     "192.0.2.1", "fail"},
    {"a of an address", "v=spf1 a:192.0.2.1 -all", "", "192.0.2.1", "permerror"},
    {"a with an empty name", "v=spf1 a: -all", "", "192.0.2.1", "permerror"},
    {"a of a single label", "v=spf1 a:museum -all", "museum A 192.0.2.1", "192.0.2.1", "permerror"},
    // mx (§5.4)
    {"mx of the domain", "v=spf1 mx -all", "a.example MX 5 m.example\nm.example A 192.0.2.1",
     "192.0.2.1", "pass"},
    {"mx does not fall back on A", "v=spf1 mx -all", "a.example A 192.0.2.1", "192.0.2.1", "fail"},
    {"null MX matches nothing", "v=spf1 mx -all", "a.example MX 0 .", "192.0.2.1", "fail"},
    {"mx with a prefix", "v=spf1 mx/28 -all", "a.example MX 5 m.example\nm.example A 192.0.2.14",
     "192.0.2.1", "pass"},
    // ptr (§5.5)
    {"ptr below the domain", "v=spf1 ptr -all",
     "1.2.0.192.in-addr.arpa PTR m.a.example\nm.a.example A 192.0.2.1", "192.0.2.1", "pass"},
    {"ptr that does not lead back", "v=spf1 ptr -all",
     "1.2.0.192.in-addr.arpa PTR m.a.example\nm.a.example A 192.0.2.2", "192.0.2.1", "fail"},
    {"ptr of another domain", "v=spf1 ptr:b.example -all",
     "1.2.0.192.in-addr.arpa PTR m.b.example\nm.b.example A 192.0.2.1", "192.0.2.1", "pass"},
    {"ptr with an empty name", "v=spf1 ptr: -all", "", "192.0.2.1", "permerror"},
    {"ptr over IPv6", "v=spf1 ptr -all",
     "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa PTR m.a.example\n"
     "m.a.example AAAA 2001:db8::1",
     "2001:db8::1", "pass"},
    // exists (§5.7)
    {"exists", "v=spf1 exists:b.example -all", "b.example A 127.0.0.1", "192.0.2.1", "pass"},
    {"exists without a name", "v=spf1 exists -all", "", "192.0.2.1", "permerror"},
    {"exists with a prefix", "v=spf1 exists:b.example/24 -all", "", "192.0.2.1", "permerror"},
    {"exists sees no AAAA", "v=spf1 exists:b.example -all", "b.example AAAA 2001:db8::1",
     "2001:db8::1", "fail"},
    {"exists of a server that fails", "v=spf1 exists:b.example -all", "b.example FAILS",
     "192.0.2.1", "temperror"},
    // include (§5.2)
    {"include of a softfail goes on", "v=spf1 include:b.example -all", "b.example TXT v=spf1 ~all",
     "192.0.2.1", "fail"},
    {"include of a neutral end goes on", "v=spf1 include:b.example ~all",
     "b.example TXT v=spf1 ip4:203.0.113.1", "192.0.2.1", "softfail"},
    {"include without a name", "v=spf1 include -all", "", "192.0.2.1", "permerror"},
    {"include with a prefix", "v=spf1 include:b.example/24 -all", "", "192.0.2.1", "permerror"},
    {"include of nothing there", "v=spf1 include:b.example -all", "", "192.0.2.1", "permerror"},
    {"an include's -all is not ours", "v=spf1 include:b.example ip4:192.0.2.1 -all",
     "b.example TXT v=spf1 ip4:203.0.113.1 -all", "192.0.2.1", "pass"},
    {"include through two", "v=spf1 include:b.example -all",
     "b.example TXT v=spf1 include:c.example -all\nc.example TXT v=spf1 ip4:192.0.2.1 -all",
     "192.0.2.1", "pass"},
    {"two that include each other", "v=spf1 include:b.example -all",
     "b.example TXT v=spf1 include:a.example -all", "192.0.2.1", "permerror"},
    // redirect (§6.1)
    {"redirect stands anywhere", "v=spf1 redirect=b.example ip4:192.0.2.1",
     "b.example TXT v=spf1 -all", "192.0.2.1", "pass"},
    {"redirect twice", "v=spf1 redirect=b.example redirect=b.example", "b.example TXT v=spf1 -all",
     "192.0.2.1", "permerror"},
    {"redirect to nothing", "v=spf1 redirect=", "", "192.0.2.1", "permerror"},
    {"redirect of a mechanism that is none", "v=spf1 redirect:b.example", "", "192.0.2.1",
     "permerror"},
    {"two that redirect to each other", "v=spf1 redirect=b.example",
     "b.example TXT v=spf1 redirect=a.example", "192.0.2.1", "permerror"},
    {"redirect inside an include is the include's", "v=spf1 include:b.example -all",
     "b.example TXT v=spf1 redirect=c.example\nc.example TXT v=spf1 ip4:192.0.2.1", "192.0.2.1",
     "pass"},
    // exp (§6.2)
    {"exp changes nothing", "v=spf1 exp=why.example -all", "", "192.0.2.1", "fail"},
    {"exp twice", "v=spf1 exp=why.example exp=why.example -all", "", "192.0.2.1", "permerror"},
    {"exp without a name", "v=spf1 exp= -all", "", "192.0.2.1", "permerror"},
    // Macros (§7)
    {"the address", "v=spf1 exists:%{i}.x.example -all", "192.0.2.1.x.example A 127.0.0.2",
     "192.0.2.1", "pass"},
    {"the address reversed", "v=spf1 exists:%{ir}.x.example -all",
     "1.2.0.192.x.example A 127.0.0.2", "192.0.2.1", "pass"},
    {"its kind, IPv4", "v=spf1 exists:%{v}.x.example -all", "in-addr.x.example A 127.0.0.2",
     "192.0.2.1", "pass"},
    {"its kind, IPv6", "v=spf1 exists:%{v}.x.example -all", "ip6.x.example A 127.0.0.2",
     "2001:db8::1", "pass"},
    {"the sender's domain", "v=spf1 exists:%{o}.x.example -all", "a.example.x.example A 127.0.0.2",
     "192.0.2.1", "pass"},
    {"the last label", "v=spf1 exists:%{d1}.x.example -all", "example.x.example A 127.0.0.2",
     "192.0.2.1", "pass"},
    {"the domain reversed", "v=spf1 exists:%{dr}.x.example -all", "example.a.x.example A 127.0.0.2",
     "192.0.2.1", "pass"},
    {"HELO", "v=spf1 exists:%{h}.x.example -all", "mta.a.example.x.example A 127.0.0.2",
     "192.0.2.1", "pass"},
    {"the local part", "v=spf1 exists:%{l}.x.example -all", "sue.x.example A 127.0.0.2",
     "192.0.2.1", "pass"},
    {"zero labels", "v=spf1 exists:%{d0}.x.example -all", "", "192.0.2.1", "permerror"},
    {"an unknown letter", "v=spf1 exists:%{z}.x.example -all", "", "192.0.2.1", "permerror"},
    {"a letter for explanations only", "v=spf1 exists:%{t}.x.example -all", "", "192.0.2.1",
     "permerror"},
    {"a percent sign alone", "v=spf1 exists:50%.x.example -all", "", "192.0.2.1", "permerror"},
    {"an open brace", "v=spf1 exists:%{d.x.example -all", "", "192.0.2.1", "permerror"},
    {"%- is %20", "v=spf1 exists:a%-b.x.example -all", "a%20b.x.example A 127.0.0.2", "192.0.2.1",
     "pass"},
    {"include of a name by macro", "v=spf1 include:%{d2}.s.example -all",
     "a.example.s.example TXT v=spf1 ip4:192.0.2.1", "192.0.2.1", "pass"},
};

std::string verdict_for(const Case& c) {
  std::string lines = c.zone;
  if (*c.record != '\0') lines += std::string("\na.example TXT ") + c.record;
  fake::Zone zone(lines);
  spf::Question question;
  question.ip = dns::parse_ip(c.ip).value();
  question.local = "sue";
  question.domain = "a.example";
  question.helo = "mta.a.example";
  std::string out = "never called";
  spf::check_host(zone, question,
                  [&](const spf::Outcome& outcome) { out = spf::verdict_name(outcome.verdict); });
  zone.run();
  return out;
}

}  // namespace

TEST_CASE("the rules of SPF") {
  static_assert(std::size(kCases) >= 60);
  for (const Case& c : kCases) {
    CAPTURE(c.name);
    CHECK(verdict_for(c) == c.want);
  }
}

TEST_CASE("the limits of SPF, and their counts") {
  struct Limit {
    const char* name;
    std::string record;
    std::string zone;
    const char* want;
    unsigned lookups;
    unsigned voids;
  };
  const auto many = [](const char* term, int n) {
    std::string out = "v=spf1";
    for (int i = 0; i < n; ++i) out += std::string(" ") + term;
    return out + " -all";
  };
  const Limit limits[] = {
      {"none", "v=spf1 ip4:203.0.113.1 -all", "", "fail", 0, 0},
      {"ten includes", many("include:b.example", 10), "b.example TXT v=spf1 ?all", "fail", 10, 0},
      {"eleven includes", many("include:b.example", 11), "b.example TXT v=spf1 ?all", "permerror",
       11, 0},
      {"redirect is one", "v=spf1 redirect=b.example", "b.example TXT v=spf1 -all", "fail", 1, 0},
      {"exp is none", many("include:b.example", 10) + " exp=why.example",
       "b.example TXT v=spf1 ?all", "fail", 10, 0},
      {"the match comes before the limit",
       "v=spf1 a:b.example" + many(" a:c.example", 10).substr(6),
       "b.example A 192.0.2.1\nc.example A 203.0.113.1", "pass", 1, 0},
      {"inside an include they count on", "v=spf1 include:b.example a:c.example -all",
       "b.example TXT v=spf1 a:c.example mx:c.example ?all\nc.example A 203.0.113.1\n"
       "c.example MX 1 c.example",
       "fail", 4, 0},
      {"two void answers", "v=spf1 a:x.example a:y.example -all", "", "fail", 2, 2},
      {"three void answers", "v=spf1 a:x.example a:y.example a:z.example -all", "", "permerror", 3,
       3},
      {"a void answer of an MX host", "v=spf1 mx -all", "a.example MX 1 gone.example", "fail", 1,
       1},
  };
  for (const Limit& limit : limits) {
    CAPTURE(limit.name);
    fake::Zone zone(limit.zone + "\na.example TXT " + limit.record);
    spf::Outcome got;
    spf::check_host(zone, {dns::parse_ip("192.0.2.1").value(), "sue", "a.example", "a.example"},
                    [&](const spf::Outcome& outcome) { got = outcome; });
    zone.run();
    CHECK(spf::verdict_name(got.verdict) == limit.want);
    CHECK(got.lookups == limit.lookups);
    CHECK(got.void_lookups == limit.voids);
  }
}

}  // namespace spf_rules
