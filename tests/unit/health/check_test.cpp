#include "health/check.h"

#include <doctest/doctest.h>

#include "fake_zone.h"
#include "health/record.h"
#include "health/texts.h"

namespace health_check_test {
namespace {

using namespace hagaki;
using namespace hagaki::health;

std::vector<Item> items_of(fake::Zone& zone, Sender sender) {
  std::vector<Item> out;
  int calls = 0;
  examine(zone, std::move(sender), [&](std::vector<Item> items) {
    out = std::move(items);
    ++calls;
  });
  CHECK(calls == 0);  // never from inside
  zone.run();
  CHECK(calls == 1);
  return out;
}

Sender sender_at(const char* ip, const char* domain) {
  Sender out;
  if (*ip != '\0') out.ips.push_back(dns::parse_ip(ip).value());
  if (*domain != '\0') out.domains.emplace_back(domain);
  return out;
}

/// "verdict id" of one check.
std::string verdict_of(const std::vector<Item>& items, std::string_view check) {
  for (const auto& item : items) {
    if (item.check != check) continue;
    return std::string(verdict_name(item.verdict)) + (item.id.empty() ? "" : " " + item.id);
  }
  return "not checked";
}

}  // namespace

TEST_CASE("names of the address") {
  struct Case {
    const char* name;
    const char* zone;
    const char* ptr;
    const char* look;
  };
  const Case cases[] = {
      {"right", "1.2.0.192.in-addr.arpa PTR mail.a.example\nmail.a.example A 192.0.2.1", "ok",
       "ok"},
      {"none", "", "error ptr-missing", "error ptr-missing"},
      {"does not lead back",
       "1.2.0.192.in-addr.arpa PTR mail.a.example\nmail.a.example A 192.0.2.9",
       "error ptr-mismatch", "ok"},
      {"leads nowhere", "1.2.0.192.in-addr.arpa PTR mail.a.example", "error ptr-mismatch", "ok"},
      {"DNS fails", "1.2.0.192.in-addr.arpa FAILS", "unknown dns-unknown", "unknown dns-unknown"},
      {"the name's DNS fails", "1.2.0.192.in-addr.arpa PTR mail.a.example\nmail.a.example FAILS",
       "unknown dns-unknown", "ok"},
      {"one of two leads back",
       "1.2.0.192.in-addr.arpa PTR x.a.example\n1.2.0.192.in-addr.arpa PTR mail.a.example\n"
       "x.a.example FAILS\nmail.a.example A 192.0.2.1",
       "ok", "ok"},
      {"dynamic",
       "1.2.0.192.in-addr.arpa PTR softbank192000002001.bbtec.net\n"
       "softbank192000002001.bbtec.net A 192.0.2.1",
       "ok", "error ptr-dynamic"},
      {"generic",
       "1.2.0.192.in-addr.arpa PTR h192-0-2-1.a.example\nh192-0-2-1.a.example A 192.0.2.1", "ok",
       "warning ptr-generic"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    fake::Zone zone(c.zone);
    const auto items = items_of(zone, sender_at("192.0.2.1", ""));
    CHECK(verdict_of(items, "ptr") == c.ptr);
    CHECK(verdict_of(items, "ptr-name") == c.look);
  }
}

TEST_CASE("HELO") {
  struct Case {
    const char* helo;
    const char* zone;
    const char* want;
  };
  const Case cases[] = {
      {"mail.a.example", "mail.a.example A 192.0.2.1", "ok"},
      {"mail.a.example", "mail.a.example A 192.0.2.9", "warning helo-mismatch"},
      {"mail.a.example", "", "error helo-unresolved"},
      {"mail.a.example", "mail.a.example FAILS", "unknown dns-unknown"},
      {"localhost.localdomain", "", "warning helo-not-fqdn"},
      {"mail", "", "warning helo-not-fqdn"},
      {"192.0.2.1", "", "warning helo-not-fqdn"},
      {"mail a.example", "", "warning helo-not-fqdn"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.helo);
    CAPTURE(c.zone);
    fake::Zone zone(c.zone);
    auto sender = sender_at("192.0.2.1", "");
    sender.helo = c.helo;
    CHECK(verdict_of(items_of(zone, sender), "helo") == c.want);
  }
  fake::Zone zone("mail.a.example A 192.0.2.1");
  auto sender = sender_at("", "a.example");
  sender.helo = "mail.a.example";
  CHECK(verdict_of(items_of(zone, sender), "helo") == "ok");
}

TEST_CASE("what a domain says") {
  struct Case {
    const char* check;
    const char* zone;
    const char* want;
  };
  const Case cases[] = {
      {"spf", "a.example TXT v=spf1 ip4:192.0.2.1 -all", "ok"},
      {"spf", "a.example TXT v=spf1 -all", "error spf-not-allowed"},
      {"spf", "a.example TXT v=spf1 ~all", "warning spf-unsure"},
      {"spf", "a.example TXT v=spf1 ?all", "warning spf-unsure"},
      {"spf", "a.example A 192.0.2.1", "error spf-missing"},
      {"spf", "a.example TXT v=spf1 nonsense", "error spf-bad"},
      {"spf", "a.example FAILS", "unknown dns-unknown"},
      {"spf",
       "a.example TXT v=spf1 a:b.example a:b.example a:b.example a:b.example a:b.example "
       "a:b.example a:b.example a:b.example a:c.example -all\nb.example A 203.0.113.1\n"
       "c.example A 192.0.2.1",
       "warning spf-many-lookups"},
      {"dkim", "", "error selector-missing"},
      {"dkim", "s._domainkey.a.example FAILS", "unknown dns-unknown"},
      {"dkim", "s._domainkey.a.example TXT v=DKIM1; k=rsa; p=", "error dkim-revoked"},
      {"dkim", "s._domainkey.a.example TXT v=DKIM1; k=rsa; p=AAAA", "error selector-bad"},
      {"dkim", "s._domainkey.a.example TXT v=DKIM1; k=dsa; p=AAAA", "error selector-bad"},
      {"dkim", "s._domainkey.a.example TXT nonsense", "error selector-bad"},
      {"dkim",
       "s._domainkey.a.example TXT v=DKIM1; k=ed25519; "
       "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
       "ok"},
      {"dkim",
       "s._domainkey.a.example TXT v=DKIM1; k=ed25519; t=y; "
       "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
       "warning dkim-testing"},
      {"dkim", "s._domainkey.a.example TXT v=DKIM1; p=x\ns._domainkey.a.example TXT v=DKIM1; p=",
       "error selector-bad"},
      {"dmarc", "_dmarc.a.example TXT v=DMARC1; p=reject", "ok dmarc-enforced"},
      {"dmarc", "_dmarc.a.example TXT v=DMARC1; p=quarantine; aspf=s", "ok dmarc-enforced"},
      {"dmarc", "_dmarc.a.example TXT v=DMARC1; p=none", "warning dmarc-none"},
      {"dmarc", "", "warning dmarc-missing"},
      {"dmarc", "_dmarc.a.example TXT v=DMARC1; p=perhaps", "error dmarc-bad"},
      {"dmarc", "_dmarc.a.example TXT v=DMARC1; p=none\n_dmarc.a.example TXT v=DMARC1; p=none",
       "error dmarc-bad"},
      {"dmarc", "_dmarc.a.example FAILS", "unknown dns-unknown"},
      {"mx", "a.example MX 10 mx.a.example", "ok"},
      {"mx", "a.example MX 0 .", "error mx-null"},
      {"mx", "a.example A 192.0.2.1", "warning mx-implicit"},
      {"mx", "a.example TXT hello", "error mx-missing"},
      {"mx", "", "error mx-no-domain"},
      {"mx", "a.example FAILS", "unknown dns-unknown"},
      {"mta-sts", "", "ok mta-sts-none"},
      {"mta-sts", "_mta-sts.a.example TXT v=STSv1; id=1;", "warning mta-sts-no-host"},
      {"mta-sts", "_mta-sts.a.example TXT v=STSv1; id=1;\nmta-sts.a.example A 192.0.2.8", "ok"},
      {"mta-sts", "_mta-sts.a.example TXT v=STSv1; id=!;", "warning mta-sts-bad"},
      {"mta-sts", "_mta-sts.a.example TXT v=STSv1; id=1;\n_mta-sts.a.example TXT v=STSv1; id=2;",
       "warning mta-sts-bad"},
      {"mta-sts", "_mta-sts.a.example FAILS", "unknown dns-unknown"},
      {"mta-sts", "_mta-sts.a.example TXT v=STSv1; id=1;\nmta-sts.a.example FAILS",
       "unknown dns-unknown"},
      {"tls-rpt", "", "ok tls-rpt-none"},
      {"tls-rpt", "_smtp._tls.a.example TXT v=TLSRPTv1; rua=mailto:t@a.example", "ok"},
      {"tls-rpt", "_smtp._tls.a.example TXT v=TLSRPTv1;rua=https://a.example/t,mailto:t@a.example",
       "ok"},
      {"tls-rpt", "_smtp._tls.a.example TXT v=TLSRPTv1; rua=ftp://a.example",
       "warning tls-rpt-bad"},
      {"tls-rpt", "_smtp._tls.a.example TXT v=TLSRPTv1;", "warning tls-rpt-bad"},
      {"tls-rpt", "_smtp._tls.a.example FAILS", "unknown dns-unknown"},
      {"bimi", "", "ok bimi-none"},
      {"bimi", "default._bimi.a.example TXT v=BIMI1; l=https://a.example/l.svg",
       "warning bimi-no-dmarc"},
      {"bimi",
       "default._bimi.a.example TXT v=BIMI1; l=https://a.example/l.svg\n"
       "_dmarc.a.example TXT v=DMARC1; p=reject",
       "ok"},
      {"bimi", "default._bimi.a.example TXT v=BIMI1; l=x", "warning bimi-bad"},
      {"bimi", "default._bimi.a.example FAILS", "unknown dns-unknown"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.check);
    CAPTURE(c.zone);
    fake::Zone zone(c.zone);
    auto sender = sender_at("192.0.2.1", "a.example");
    sender.selectors = {"s"};
    CHECK(verdict_of(items_of(zone, sender), c.check) == c.want);
  }
}

TEST_CASE("without an address the record itself is judged") {
  struct Case {
    const char* record;
    const char* want;
  };
  const Case cases[] = {
      {"v=spf1 ip4:192.0.2.1 -all", "ok"},
      {"v=spf1 ip4:192.0.2.1 ~all", "ok"},
      {"v=spf1 +all", "error spf-open"},
      {"v=spf1 nonsense", "error spf-bad"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.record);
    fake::Zone zone(std::string("a.example TXT ") + c.record);
    CHECK(verdict_of(items_of(zone, sender_at("", "a.example")), "spf") == c.want);
  }
}

TEST_CASE("the policy of the organisational domain, and what is aligned") {
  fake::Zone zone("_dmarc.shop.jp TXT v=DMARC1; p=none; sp=reject; adkim=s");
  const auto items = items_of(zone, sender_at("", "news.shop.jp"));
  for (const auto& item : items) {
    if (item.check != "dmarc") continue;
    CHECK(item.result == "reject");
    CHECK(item.name == "_dmarc.shop.jp");
    CHECK(item.detail == "sp=reject, aspf=r (any name of shop.jp), adkim=s (news.shop.jp)");
  }
  CHECK(verdict_of(items, "dmarc") == "ok dmarc-enforced");
}

TEST_CASE("names that do not exist, redirected") {
  // An advertising server at 198.51.100.80 for what does not exist.
  fake::Zone zone(
      "no-such-host.hagaki-test.invalid A 198.51.100.80\na.example A 198.51.100.80\n"
      "mail.a.example A 198.51.100.80\n_mta-sts.a.example TXT v=STSv1; id=1;\n"
      "mta-sts.a.example A 198.51.100.80\na.example TXT v=spf1 exists:x.example -all\n"
      "x.example A 198.51.100.80");
  auto sender = sender_at("192.0.2.1", "a.example");
  sender.helo = "mail.a.example";
  const auto items = items_of(zone, sender);
  for (const char* check : {"helo", "spf", "mx", "mta-sts"}) {
    CAPTURE(check);
    CHECK(verdict_of(items, check) == "unknown dns-unknown");
  }
}

TEST_CASE("hostile text") {
  fake::Zone zone("a.example A 192.0.2.1");
  zone.add("_dmarc.a.example TXT v=DMARC1; p=none");
  zone.add("_mta-sts.a.example TXT v=STSv1; id=\x1b]0;pwned\x07" + std::string(65000, 'x'));
  for (const auto& item : items_of(zone, sender_at("192.0.2.1", "a.example"))) {
    CAPTURE(item.check);
    CHECK(item.detail.size() <= kMostDetail);
    CHECK(item.detail.find('\x1b') == std::string::npos);
    if (item.check == "mta-sts") CHECK(item.id == "mta-sts-bad");
  }
}

TEST_CASE("every id has its words in both languages") {
  for (const char* language : {"en", "ja"}) {
    const auto all = texts(language);
    for (const char* id :
         {"ptr-missing",      "ptr-mismatch",     "ptr-dynamic",     "ptr-generic",
          "helo-not-fqdn",    "helo-mismatch",    "helo-unresolved", "spf-bad",
          "spf-missing",      "spf-not-allowed",  "spf-unsure",      "spf-open",
          "spf-many-lookups", "selector-missing", "selector-bad",    "dkim-revoked",
          "dkim-key-weak",    "dkim-key-short",   "dkim-testing",    "dmarc-missing",
          "dmarc-bad",        "dmarc-none",       "dmarc-enforced",  "mx-implicit",
          "mx-null",          "mx-no-domain",     "mx-missing",      "mta-sts-none",
          "mta-sts-bad",      "mta-sts-no-host",  "tls-rpt-none",    "tls-rpt-bad",
          "bimi-none",        "bimi-bad",         "bimi-no-dmarc",   "dns-unknown"}) {
      CAPTURE(id);
      REQUIRE(all.find(id) != nullptr);
    }
  }
}

}  // namespace health_check_test
