#include "dmarc/record.h"

#include <doctest/doctest.h>

using namespace hagaki;
using namespace hagaki::dmarc;

TEST_CASE("what is a DMARC record") {
  CHECK(is_dmarc("v=DMARC1; p=none"));
  CHECK(is_dmarc("v=DMARC1"));
  CHECK(is_dmarc(" v = DMARC1 ;p=none"));
  CHECK(!is_dmarc("v=DMARC2; p=none"));
  CHECK(!is_dmarc("v=dmarc1; p=none"));  // case matters (RFC 7489 section 6.4)
  CHECK(!is_dmarc("p=none; v=DMARC1"));
  CHECK(!is_dmarc("v=spf1 -all"));
  CHECK(!is_dmarc(""));
}

TEST_CASE("records") {
  struct Case {
    const char* text;
    const char* request;  ///< "bad" for an error
    const char* subdomains;
    bool strict_dkim;
    bool strict_spf;
    bool reports;
  };
  const Case cases[] = {
      {"v=DMARC1; p=none; rua=mailto:dmarc-feedback@example.com", "none", "-", false, false, true},
      {"v=DMARC1; p=quarantine; rua=mailto:a@example.com,mailto:tld@thirdparty.example.net!10m; "
       "pct=25",
       "quarantine", "-", false, false, true},
      {"v=DMARC1;p=reject;sp=quarantine;adkim=s;aspf=s", "reject", "quarantine", true, true, false},
      {"v=DMARC1; P=Reject; ADKIM=S; aspf=r; fo=1; ri=3600", "reject", "-", true, false, false},
      {"v=DMARC1; p=reject;", "reject", "-", false, false, false},
      {"v=DMARC1; p=reject; pct=101", "reject", "-", false, false, false},
      {"v=DMARC1; p=reject; pct=0", "reject", "-", false, false, false},
      {"v=DMARC1; p=reject; adkim=x; rua=nothing", "reject", "-", false, false, false},
      {"v=DMARC1; adkim=s; p=reject", "reject", "-", true, false, false},
      {"v=DMARC1; rua=mailto:a@example.com", "none", "-", false, false, true},
      {"v=DMARC1; p=yes; rua=mailto:a@example.com", "none", "-", false, false, true},
      {"v=DMARC1; p=reject; sp=yes; rua=mailto:a@example.com", "none", "-", false, false, true},
      {"v=DMARC1", "bad", "-", false, false, false},
      {"v=DMARC1; p=yes", "bad", "-", false, false, false},
      {"v=DMARC1; p=reject; sp=yes", "bad", "-", false, false, false},
      {"v=DMARC1 p=reject", "bad", "-", false, false, false},
      {"v=spf1 -all", "bad", "-", false, false, false},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    const auto record = parse_record(c.text);
    if (std::string(c.request) == "bad") {
      CHECK(!record);
      continue;
    }
    REQUIRE(record);
    CHECK(request_name(record->request) == c.request);
    CHECK((record->subdomain_request ? request_name(*record->subdomain_request) : "-") ==
          c.subdomains);
    CHECK((record->dkim == Alignment::Strict) == c.strict_dkim);
    CHECK((record->spf == Alignment::Strict) == c.strict_spf);
    CHECK(record->asks_for_reports == c.reports);
  }
}

TEST_CASE("alignment (RFC 7489, appendix B.1 and B.2)") {
  struct Case {
    const char* from;
    const char* other;
    bool relaxed;
    bool strict;
  };
  const Case cases[] = {
      {"example.com", "example.com", true, true},
      {"example.com", "EXAMPLE.com", true, true},
      {"example.com", "child.example.com", true, false},
      {"child.example.com", "example.com", true, false},
      {"example.com", "sample.net", false, false},
      {"example.co.jp", "other.co.jp", false, false},
      {"news.example.co.jp", "mail.example.co.jp", true, false},
      {"example.com", "notexample.com", false, false},
      {"shop.example", "mail.shop.example", true, false},
  };
  for (const auto& c : cases) {
    CAPTURE(c.from);
    CAPTURE(c.other);
    CHECK(aligned(c.from, c.other, Alignment::Relaxed) == c.relaxed);
    CHECK(aligned(c.from, c.other, Alignment::Strict) == c.strict);
  }
}
