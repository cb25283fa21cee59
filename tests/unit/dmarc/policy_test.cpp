#include "dmarc/policy.h"

#include <doctest/doctest.h>

#include "fake_zone.h"

using namespace hagaki;
using namespace hagaki::dmarc;

namespace {

Policy find(const char* zone_lines, const char* domain) {
  fake::Zone zone(zone_lines);
  Policy out;
  int calls = 0;
  find_policy(zone, domain, [&](const Policy& policy) {
    out = policy;
    ++calls;
  });
  CHECK(calls == 0);
  zone.run();
  CHECK(calls == 1);
  return out;
}

}  // namespace

TEST_CASE("where the record is found") {
  struct Case {
    const char* name;
    const char* zone;
    const char* domain;
    PolicyStatus status;
    const char* where;
    const char* request;
  };
  const Case cases[] = {
      {"its own", "_dmarc.example.com TXT v=DMARC1; p=reject; sp=none", "example.com",
       PolicyStatus::Found, "_dmarc.example.com", "reject"},
      {"that of the organisation", "_dmarc.example.co.jp TXT v=DMARC1; p=reject; sp=quarantine",
       "mail.shop.example.co.jp", PolicyStatus::Found, "_dmarc.example.co.jp", "quarantine"},
      {"that of the organisation, without sp", "_dmarc.example.co.jp TXT v=DMARC1; p=reject",
       "shop.example.co.jp", PolicyStatus::Found, "_dmarc.example.co.jp", "reject"},
      {"none in between",
       "_dmarc.shop.example.com TXT v=DMARC1; p=reject\n_dmarc.example.com TXT v=DMARC1; p=none",
       "mail.shop.example.com", PolicyStatus::Found, "_dmarc.example.com", "none"},
      {"none", "example.com TXT v=DMARC1; p=none", "example.com", PolicyStatus::None,
       "_dmarc.example.com", "none"},
      {"others beside it",
       "_dmarc.example.com TXT hello\n_dmarc.example.com TXT v=DMARC1; p=quarantine", "example.com",
       PolicyStatus::Found, "_dmarc.example.com", "quarantine"},
      {"two", "_dmarc.example.com TXT v=DMARC1; p=none\n_dmarc.example.com TXT v=DMARC1; p=reject",
       "example.com", PolicyStatus::Several, "_dmarc.example.com", "none"},
      {"bad", "_dmarc.example.com TXT v=DMARC1; p=what", "example.com", PolicyStatus::Bad,
       "_dmarc.example.com", "none"},
      {"no answer", "_dmarc.example.com FAILS", "example.com", PolicyStatus::Unknown,
       "_dmarc.example.com", "none"},
      {"no answer above", "_dmarc.example.com FAILS", "a.example.com", PolicyStatus::Unknown,
       "_dmarc.example.com", "none"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto policy = find(c.zone, c.domain);
    CHECK(policy.status == c.status);
    CHECK(policy.name == c.where);
    CHECK(request_name(policy.request()) == c.request);
  }
}
