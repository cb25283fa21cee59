#include "spf/macro.h"

#include <doctest/doctest.h>

using namespace hagaki;
using namespace hagaki::spf;

namespace {

MacroValues values(const char* ip = "192.0.2.3") {
  return {.local = "strong-bad",
          .sender = "email.example.com",
          .domain = "email.example.com",
          .helo = "mail.example.com",
          .validated = "mx.example.org",
          .ip = dns::parse_ip(ip).value()};
}

}  // namespace

TEST_CASE("macros as RFC 7208 section 7.4 shows them") {
  struct Case {
    const char* text;
    const char* want;
  };
  const Case cases[] = {
      {"%{s}", "strong-bad@email.example.com"},
      {"%{o}", "email.example.com"},
      {"%{d}", "email.example.com"},
      {"%{d4}", "email.example.com"},
      {"%{d3}", "email.example.com"},
      {"%{d2}", "example.com"},
      {"%{d1}", "com"},
      {"%{dr}", "com.example.email"},
      {"%{d2r}", "example.email"},
      {"%{l}", "strong-bad"},
      {"%{l-}", "strong.bad"},
      {"%{lr}", "strong-bad"},
      {"%{lr-}", "bad.strong"},
      {"%{l1r-}", "strong"},
      {"%{h}", "mail.example.com"},
      {"%{p}", "mx.example.org"},
      {"%{L1R-}", "strong"},
      {"%{S}", "strong-bad%40email.example.com"},
      {"%%a%_b%-c", "%a b%20c"},
      {"%{d999999999999}", "email.example.com"},
      {"%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"},
      {"%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"},
      {"%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com"},
      {"%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "3.2.0.192.in-addr.strong.lp._spf.example.com"},
      {"%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    CHECK(check_macros(c.text));
    CHECK(expand(c.text, values()) == c.want);
  }
  CHECK(expand("%{ir}.%{v}._spf.%{d2}", values("2001:db8::cb01")) ==
        "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com");
  CHECK(expand("%{i}", values("2001:db8::cb01")).starts_with("2.0.0.1.0.d.b.8.0."));
}

TEST_CASE("what is no macro") {
  for (const char* text : {"%", "a%", "%a", "%{", "%{}", "%{d", "%{x}", "%{d0}", "%{dr2}", "%{d!}",
                           "%{dd}", "%(d)", "a b", "\x80", "%{c}", "%{r}", "%{t}"}) {
    CAPTURE(text);
    CHECK(!check_macros(text));
  }
}

TEST_CASE("domain-specs") {
  struct Case {
    const char* text;
    bool want;
  };
  const Case cases[] = {
      {"example.com", true},
      {"example.com.", true},
      {"_spf.example.com", true},
      {"%{i}._spf.%{d2}", true},
      {"%{d}", true},
      {"a.b-c", true},
      {"a.1c", true},
      {"foo:bar/baz.example.com", true},
      {"", false},
      {"example", false},
      {"example..", false},
      {"192.0.2.1", false},
      {"example.com-", false},
      {"example.-com", false},
      {"a.b_c", false},
      {"%{d}com%%", true},
      {"example.%{d}x%", false},
      {"%%}", false},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    CHECK(check_domain_spec(c.text).has_value() == c.want);
  }
}

TEST_CASE("names that are too long lose their first labels") {
  std::string name;
  for (int i = 0; i < 60; ++i) name += "label" + std::to_string(10 + i) + '.';
  name += "example.com.";
  const auto fitted = fit_name(name);
  CHECK(fitted.size() <= 253);
  CHECK(fitted.size() > 245);
  CHECK(fitted.ends_with("label69.example.com"));
  CHECK(fitted.starts_with("label"));
  CHECK(fit_name("example.com.") == "example.com");
}

TEST_CASE("who asks for the validated name") {
  CHECK(wants_validated_name("%{p}.example.com"));
  CHECK(wants_validated_name("%{P2r}.example.com"));
  CHECK(!wants_validated_name("%%{p}.example.com"));
  CHECK(!wants_validated_name("%{d}.p"));
}
