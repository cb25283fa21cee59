#include "preflight/sender.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "dkim_keys.h"
#include "dnsbl/zones.h"
#include "fake_zone.h"
#include "fixtures.h"

namespace hagaki::preflight {
namespace {

/// A sender of whom nothing is wrong, sending from its own address.
constexpr const char* kGood = R"(
shop.example.jp MX 10 mail.shop.example.jp
shop.example.jp TXT v=spf1 ip4:192.0.2.25 -all
mail.shop.example.jp A 192.0.2.25
25.2.0.192.in-addr.arpa PTR mail.shop.example.jp
_dmarc.shop.example.jp TXT v=DMARC1; p=reject
)";

std::vector<dnsbl::AskedZone> zones() {
  std::vector<dnsbl::AskedZone> out;
  for (const char* name : {"zen.spamhaus.org", "dbl.spamhaus.org", "bl.example.org"}) {
    out.push_back({dnsbl::generic_zone(name), ""});
    out.back().zone.major = out.size() < 3;
  }
  return out;
}

Sender good_sender() {
  Sender sender;
  sender.from = {Address::parse("info@shop.example.jp").value()};
  sender.envelope_sender = Address::parse("bounces@shop.example.jp").value();
  sender.ip = dns::parse_ip("192.0.2.25");
  sender.helo = "mail.shop.example.jp";
  sender.direct = true;
  sender.signers.push_back({"shop.example.jp", "s1", dkim::Key::parse(kEd25519Key).value()});
  return sender;
}

std::string good_zone() {
  return kGood + std::string("s1._domainkey.shop.example.jp TXT ") +
         dkim::Key::parse(kEd25519Key)->record() + '\n';
}

/// `zone` with the lines that begin with `name` replaced by `lines`.
std::string changed(const std::string& name, const std::string& lines) {
  std::string out;
  const auto zone = good_zone();
  for (const auto line : split(zone, '\n')) {
    if (!line.starts_with(name + ' ')) out += std::string(line) + '\n';
  }
  return out + lines + '\n';
}

std::vector<Finding> check(const std::string& zone_lines, Sender sender) {
  fake::Zone resolver(zone_lines);
  const auto asked = zones();
  SenderCheck sender_check(resolver, asked, std::move(sender), [] { return Timestamp(); });
  std::vector<Finding> out;
  int calls = 0;
  sender_check.start([&](std::vector<Finding> findings) {
    out = std::move(findings);
    ++calls;
  });
  resolver.run();
  CHECK(calls == 1);
  return out;
}

TEST_CASE("a sender of whom nothing is wrong") {
  CHECK(ids(check(good_zone(), good_sender())).empty());
}

TEST_CASE("each address is looked at that mail goes out from") {
  const std::string second = changed("shop.example.jp", R"(
shop.example.jp MX 10 mail.shop.example.jp
shop.example.jp TXT v=spf1 ip4:192.0.2.25 ip4:192.0.2.26 -all
mail2.shop.example.jp A 192.0.2.26
26.2.0.192.in-addr.arpa PTR mail2.shop.example.jp)");
  struct Case {
    const char* name;
    std::string zone;
    SendingAddress other;
    std::string want;  // "id: detail"
  };
  const auto ip = [](const char* text) { return dns::parse_ip(text).value(); };
  const Case cases[] = {
      {"all is well", second, {ip("192.0.2.26"), "mail2.shop.example.jp"}, ""},
      {"its name",
       second,
       {ip("192.0.2.26"), "mail.shop.example.jp"},
       "helo-mismatch: mail.shop.example.jp has 192.0.2.25, the sending address is 192.0.2.26"},
      {"a blocklist",
       second + "\n26.2.0.192.zen.spamhaus.org A 127.0.0.2",
       {ip("192.0.2.26"), "mail2.shop.example.jp"},
       "ip-listed: 192.0.2.26 by zen.spamhaus.org: listed (127.0.0.2, undocumented)"},
      {"SPF and PTR",
       good_zone(),
       {ip("192.0.2.27"), ""},
       "ptr-missing: 192.0.2.27; spf-fail: shop.example.jp for 192.0.2.27: fail by -all, 0 of 10 "
       "look-ups"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    auto sender = good_sender();
    sender.others.push_back(c.other);
    std::vector<std::string> lines;
    for (const auto& finding : check(c.zone, sender)) {
      lines.push_back(std::string(finding.id.text()) + ": " + finding.detail);
      CHECK(finding.address == c.other.ip.text());
    }
    std::sort(lines.begin(), lines.end());
    std::string got;
    for (const auto& line : lines) got += (got.empty() ? "" : "; ") + line;
    CHECK(got == c.want);
  }
}

TEST_CASE("what DNS says wrong") {
  struct Case {
    const char* name;
    std::string zone;
    const char* want;
  };
  const Case cases[] = {
      {"null MX", changed("shop.example.jp MX", "shop.example.jp MX 0 ."), "from-takes-no-mail"},
      {"SPF fails", changed("shop.example.jp TXT", "shop.example.jp TXT v=spf1 -all"), "spf-fail"},
      {"SPF soft", changed("shop.example.jp TXT", "shop.example.jp TXT v=spf1 ~all"), "spf-unsure"},
      {"SPF neutral", changed("shop.example.jp TXT", "shop.example.jp TXT v=spf1"), "spf-unsure"},
      {"no SPF", changed("shop.example.jp TXT", ""), "spf-missing"},
      {"broken SPF",
       changed("shop.example.jp TXT", "shop.example.jp TXT v=spf1 ip:192.0.2.25 -all"), "spf-bad"},
      {"SPF asks a server that fails",
       changed("shop.example.jp TXT",
               "shop.example.jp TXT v=spf1 a:x.example.jp -all\nx.example.jp FAILS"),
       "spf-fail?"},
      {"no DMARC", changed("_dmarc.shop.example.jp", ""), "dmarc-missing"},
      {"two DMARC", good_zone() + "_dmarc.shop.example.jp TXT v=DMARC1; p=none", "dmarc-bad"},
      {"broken DMARC", changed("_dmarc.shop.example.jp", "_dmarc.shop.example.jp TXT v=DMARC1"),
       "dmarc-bad"},
      {"DMARC asks a server that fails",
       changed("_dmarc.shop.example.jp", "_dmarc.shop.example.jp FAILS"), "dmarc-missing?"},
      {"no key", changed("s1._domainkey.shop.example.jp", ""), "dkim-record-missing"},
      {"another key",
       changed("s1._domainkey.shop.example.jp",
               "s1._domainkey.shop.example.jp TXT v=DKIM1; k=ed25519; "
               "p=AAAAAKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="),
       "dkim-other-key"},
      {"a key of another kind",
       changed("s1._domainkey.shop.example.jp",
               std::string("s1._domainkey.shop.example.jp TXT v=DKIM1; p=") + kRsaPublic),
       "dkim-other-key"},
      {"a revoked key",
       changed("s1._domainkey.shop.example.jp", "s1._domainkey.shop.example.jp TXT v=DKIM1; p="),
       "dkim-revoked"},
      {"a broken record",
       changed("s1._domainkey.shop.example.jp", "s1._domainkey.shop.example.jp TXT hello"),
       "dkim-record-bad"},
      {"two records", good_zone() + "s1._domainkey.shop.example.jp TXT v=DKIM1; p=AAAA",
       "dkim-record-bad"},
      {"testing",
       changed("s1._domainkey.shop.example.jp",
               "s1._domainkey.shop.example.jp TXT t=y; k=ed25519; "
               "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="),
       "dkim-testing"},
      {"a key that fails to answer",
       changed("s1._domainkey.shop.example.jp", "s1._domainkey.shop.example.jp FAILS"),
       "dkim-record-missing?"},
      {"no PTR", changed("25.2.0.192.in-addr.arpa", ""), "ptr-missing"},
      {"a PTR that leads elsewhere",
       changed("25.2.0.192.in-addr.arpa",
               "25.2.0.192.in-addr.arpa PTR other.example.jp\nother.example.jp A 192.0.2.26"),
       "ptr-mismatch"},
      {"one PTR of two leads back",
       good_zone() + "25.2.0.192.in-addr.arpa PTR other.example.jp\nother.example.jp A 192.0.2.26",
       ""},
      {"a PTR whose name fails",
       changed("25.2.0.192.in-addr.arpa",
               "25.2.0.192.in-addr.arpa PTR other.example.jp\nother.example.jp FAILS"),
       "ptr-missing?"},
      {"HELO leads elsewhere", changed("mail.shop.example.jp", "mail.shop.example.jp A 192.0.2.26"),
       "helo-mismatch ptr-mismatch"},
      {"a major list", good_zone() + "25.2.0.192.zen.spamhaus.org A 127.0.0.2", "ip-listed"},
      {"another list", good_zone() + "25.2.0.192.bl.example.org A 127.0.0.2",
       "ip-listed-elsewhere"},
      {"a major list of domains", good_zone() + "example.jp.dbl.spamhaus.org A 127.0.1.2",
       "domain-listed"},
      {"another list of domains", good_zone() + "example.jp.bl.example.org A 127.0.1.2",
       "domain-listed-elsewhere"},
      {"what is not registered is not asked about",
       good_zone() + "shop.example.jp.dbl.spamhaus.org A 127.0.1.2", ""},
      {"a list that refuses", good_zone() + "25.2.0.192.zen.spamhaus.org A 127.255.255.254",
       "ip-listed?"},
      {"a list that fails", good_zone() + "25.2.0.192.zen.spamhaus.org FAILS", "ip-listed?"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(ids(check(c.zone, good_sender())) == c.want);
  }
}

TEST_CASE("lists that block nobody are not asked") {
  const auto asked_with = [](dnsbl::ListKind kind) {
    fake::Zone resolver(good_zone());
    auto asked = zones();
    asked.back().zone.list = kind;
    SenderCheck sender_check(resolver, asked, good_sender(), [] { return Timestamp(); });
    sender_check.start([](const std::vector<Finding>&) {});
    resolver.run();
    return resolver.asked.size();
  };
  const auto with_block = asked_with(dnsbl::ListKind::Block);
  CHECK(asked_with(dnsbl::ListKind::Allow) < with_block);
  CHECK(asked_with(dnsbl::ListKind::Reputation) < with_block);
}

TEST_CASE("why something could not be checked") {
  struct Case {
    const char* name;
    std::string zone;
    Id id;
    const char* want;
  };
  const Case cases[] = {
      {"SPF of the domain", changed("shop.example.jp TXT", "shop.example.jp FAILS"), "spf-fail",
       "shop.example.jp: servfail"},
      {"SPF of another name",
       changed("shop.example.jp TXT",
               "shop.example.jp TXT v=spf1 a:x.example.jp -all\nx.example.jp FAILS"),
       "spf-fail", "shop.example.jp: x.example.jp: servfail"},
      {"a PTR", changed("25.2.0.192.in-addr.arpa", "25.2.0.192.in-addr.arpa FAILS"), "ptr-missing",
       "192.0.2.25: servfail"},
      {"a PTR's name",
       changed("25.2.0.192.in-addr.arpa",
               "25.2.0.192.in-addr.arpa PTR other.example.jp\nother.example.jp FAILS"),
       "ptr-missing", "192.0.2.25: other.example.jp: servfail"},
      {"HELO", changed("mail.shop.example.jp", "mail.shop.example.jp FAILS"), "helo-mismatch",
       "mail.shop.example.jp: servfail"},
      {"DMARC", changed("_dmarc.shop.example.jp", "_dmarc.shop.example.jp FAILS"), "dmarc-missing",
       "shop.example.jp: servfail"},
      {"mail", good_zone() + "_dmarc.other.example TXT v=DMARC1; p=none\nother.example FAILS",
       "reply-to-takes-no-mail", "other.example: servfail"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    Sender sender = good_sender();
    sender.reply_to = {Address::parse("a@other.example").value()};
    std::string got;
    for (const Finding& finding : check(c.zone, sender)) {
      if (finding.unknown && finding.id == c.id) got += finding.detail;
    }
    CHECK(got == c.want);
  }
}

TEST_CASE("domains that take no mail") {
  struct Case {
    const char* name;
    const char* lines;
    const char* want;
  };
  const Case cases[] = {
      {"MX", "other.example MX 10 mx.example", ""},
      {"its own address", "other.example A 192.0.2.9", ""},
      {"null MX", "other.example MX 0 .", "!"},
      {"no such domain", "", "!"},
      {"nothing", "other.example TXT hello", "!"},
      {"no answer", "other.example FAILS", "?"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto zone = good_zone() + c.lines;
    const auto with = [&](const char* id) {
      if (std::string(c.want).empty()) return std::string();
      return id + std::string(std::string(c.want) == "?" ? "?" : "");
    };
    Sender replies = good_sender();
    replies.reply_to = {Address::parse("a@other.example").value()};
    CHECK(ids(check(zone, replies)) == with("reply-to-takes-no-mail"));

    Sender two = good_sender();
    two.from.push_back(Address::parse("a@other.example").value());
    CHECK(ids(check(zone, two)) == with("from-takes-no-mail"));

    Sender bounces = good_sender();
    bounces.envelope_sender = Address::parse("a@other.example").value();
    const auto found = ids(check(zone, bounces));
    std::string told;  // beside what SPF says of that domain
    for (const auto id : split(found, ' ')) {
      if (id.starts_with("bounces-take-no-mail")) told += id;
    }
    CHECK(told == with("bounces-take-no-mail"));
  }
}

TEST_CASE("alignment") {
  const auto zone = good_zone() +
                    "other.example MX 10 mx.example\nother.example TXT v=spf1 ip4:192.0.2.25 -all\n"
                    "lax.example.net MX 10 mx.example\n_dmarc.example.net TXT v=DMARC1; p=none\n";
  Sender sender = good_sender();
  sender.envelope_sender = Address::parse("b@other.example").value();
  CHECK(ids(check(zone, sender)).empty());  // signed by From's domain
  sender.signers.clear();
  CHECK(ids(check(zone, sender)) == "dmarc-not-aligned not-signed");
  sender.direct = false;
  CHECK(ids(check(zone, sender)) == "not-aligned");  // the relay may sign
  sender.direct = true;
  sender.from = {Address::parse("a@lax.example.net").value()};
  CHECK(ids(check(zone, sender)) == "not-aligned not-signed");
  sender.envelope_sender = Address::parse("b@mail.lax.example.net").value();
  CHECK(ids(check(zone + "mail.lax.example.net MX 10 mx.example\nmail.lax.example.net TXT v=spf1 "
                         "+all",
                  sender)) == "not-signed");
}

TEST_CASE("an RSA key that is short, and one that is not") {
  Sender sender = good_sender();
  sender.signers.push_back({"shop.example.jp", "r1", dkim::Key::parse(kRsaKey).value()});
  const auto zone = good_zone() + "r1._domainkey.shop.example.jp TXT " +
                    dkim::Key::parse(kRsaKey)->record() + '\n';
  CHECK(ids(check(zone, sender)).empty());
  const auto short_key = dkim::Key::parse(kSmallRsaKey).value();
  sender.signers.back().key = short_key;
  CHECK(ids(check(good_zone() + "r1._domainkey.shop.example.jp TXT " + short_key.record(),
                  sender)) == "dkim-key-short");
}

TEST_CASE("names in EHLO") {
  Sender sender = good_sender();
  for (const char* helo : {"mailhost", "[192.0.2.25]", "localhost.localdomain"}) {
    CAPTURE(helo);
    sender.helo = helo;
    CHECK(ids(check(good_zone(), sender)) == "helo-not-fqdn");
  }
  sender.helo.clear();  // a relay presents itself
  CHECK(ids(check(good_zone(), sender)).empty());
}

TEST_CASE("where the sending address is not known, its checks are not made") {
  Sender sender = good_sender();
  sender.ip.reset();
  sender.ip_unknown = "a relay sends";
  CHECK(ids(check(good_zone(), sender)) == "sending-ip-unknown");
  CHECK(ids(check(changed("shop.example.jp TXT", "shop.example.jp TXT v=spf1 foo"), sender)) ==
        "sending-ip-unknown spf-bad");
  CHECK(ids(check(changed("shop.example.jp TXT", ""), sender)) == "sending-ip-unknown spf-missing");
}

TEST_CASE("mail that is no campaign needs no DMARC record") {
  Sender sender = good_sender();
  sender.transactional = true;
  CHECK(ids(check(changed("_dmarc.shop.example.jp", ""), sender)).empty());
}

/// Says of each name that it cannot be looked up.
class DeadResolver : public dns::Resolver {
 public:
  explicit DeadResolver(bool answers) : answers_(answers) {}
  void query(const std::string&, dns::Type, Done done) override {
    waiting.push_back(std::move(done));
  }
  void run() {
    while (answers_ && !waiting.empty()) {
      const auto next = std::move(waiting.back());
      waiting.pop_back();
      dns::Answer answer;
      answer.status = dns::Status::Timeout;
      answer.detail = "no answer from 192.0.2.53";
      next(answer);
    }
  }
  std::vector<Done> waiting;

 private:
  bool answers_;
};

TEST_CASE("a resolver that does not answer is one finding") {
  const auto asked = zones();
  Sender sender = good_sender();
  sender.helo = "mail";
  for (const bool answers : {true, false}) {
    CAPTURE(answers);
    DeadResolver resolver(answers);
    SenderCheck sender_check(resolver, asked, sender, [] { return Timestamp(); });
    std::vector<Finding> findings;
    sender_check.start([&](std::vector<Finding> found) { findings = std::move(found); });
    resolver.run();
    if (!answers) findings = sender_check.end("no answer in time");
    CHECK(ids(findings) == "dns-silent? helo-not-fqdn");
  }
}

TEST_CASE("what is open at the deadline could not be checked") {
  fake::Zone resolver(good_zone());
  const auto asked = zones();
  SenderCheck sender_check(resolver, asked, good_sender(), [] { return Timestamp(); });
  int calls = 0;
  sender_check.start([&](const std::vector<Finding>&) { ++calls; });
  resolver.run_one();
  const auto found = ids(sender_check.end("no answer in time"));
  CHECK(found.find("spf-fail?") != std::string::npos);
  CHECK(found.find("ip-listed?") != std::string::npos);
  CHECK(found.find("from-takes-no-mail") == std::string::npos);
  resolver.run();  // late answers change nothing
  CHECK(calls == 0);
}

TEST_CASE("answers that come when the check is gone are dropped") {
  fake::Zone resolver(good_zone());
  const auto asked = zones();
  int calls = 0;
  {
    SenderCheck sender_check(resolver, asked, good_sender(), [] { return Timestamp(); });
    sender_check.start([&](const std::vector<Finding>&) { ++calls; });
  }
  resolver.run();
  CHECK(calls == 0);
}

}  // namespace
}  // namespace hagaki::preflight
