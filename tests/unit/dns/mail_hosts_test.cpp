#include "dns/mail_hosts.h"

#include <doctest/doctest.h>

#include <optional>

#include "fake_resolver.h"

namespace hagaki::dns {
namespace {

std::string show_mail_hosts(const MailHosts& found) {
  std::string out(mx_status_name(found.status));
  for (const auto& host : found.hosts) {
    out += ' ' + std::to_string(host.preference) + '=' + host.host;
  }
  return out;
}

Record mx(const char* host, std::uint16_t preference) {
  return {host, preference, 300};
}

}  // namespace

TEST_CASE("the judgement of MX answers") {
  struct Case {
    const char* name;
    Status status;
    std::vector<Record> records;
    const char* want;
  };
  const Case cases[] = {
      {"one", Status::Ok, {mx("mx.example", 10)}, "ok 10=mx.example"},
      {"sorted by preference, then name",
       Status::Ok,
       {mx("b.example", 20), mx("c.example", 10), mx("a.example", 20)},
       "ok 10=c.example 20=a.example 20=b.example"},
      {"the same host twice counts once, at its best",
       Status::Ok,
       {mx("a.example", 20), mx("A.example.", 5)},
       "ok 5=a.example"},
      {"null MX", Status::Ok, {mx("", 0)}, "null-mx"},
      {"null MX as a dot", Status::Ok, {mx(".", 0)}, "null-mx"},
      {"null MX of another preference", Status::Ok, {mx("", 10)}, "null-mx"},
      {"null MX beside a real one",
       Status::Ok,
       {mx("", 0), mx("a.example", 10)},
       "ok 10=a.example"},
      {"localhost", Status::Ok, {mx("localhost", 0)}, "no-mail-host"},
      {"localhost beside a real one",
       Status::Ok,
       {mx("localhost", 0), mx("a.example", 10)},
       "ok 10=a.example"},
      {"an IP address", Status::Ok, {mx("192.0.2.1", 10)}, "no-mail-host"},
      {"no host name", Status::Ok, {mx("mail server.example", 10)}, "no-mail-host"},
      {"none: ask for addresses", Status::NoData, {}, "implicit"},
      {"no domain", Status::NxDomain, {}, "no-domain"},
      {"servfail is not death", Status::ServFail, {}, "retry"},
      {"timeout is not death", Status::Timeout, {}, "retry"},
      {"refused is not death", Status::Refused, {}, "retry"},
      {"our own trouble is not death", Status::Local, {}, "retry"},
      {"garbage", Status::Malformed, {}, "error"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    Answer answer;
    answer.status = c.status;
    answer.records = c.records;
    CHECK(show_mail_hosts(judge_mx(answer)) == c.want);
  }
}

TEST_CASE("finding mail hosts, with the address as the implicit MX") {
  struct Case {
    const char* name;
    const char* domain;
    Status mx;
    Status a;
    Status aaaa;
    const char* want;
  };
  const Case cases[] = {
      {"A only", "d.example", Status::NoData, Status::Ok, Status::NoData, "implicit 0=d.example"},
      {"AAAA only", "D.Example.", Status::NoData, Status::NoData, Status::Ok,
       "implicit 0=d.example"},
      {"one address is enough", "d.example", Status::NoData, Status::ServFail, Status::Ok,
       "implicit 0=d.example"},
      {"nothing", "d.example", Status::NoData, Status::NoData, Status::NoData, "no-mail-host"},
      {"an unknown half is not death", "d.example", Status::NoData, Status::NoData, Status::Timeout,
       "retry"},
      {"an unknown half is not death, the other way", "d.example", Status::NoData, Status::ServFail,
       Status::NoData, "retry"},
      {"no fallback after an unusable answer", "d.example", Status::ServFail, Status::Ok,
       Status::Ok, "retry"},
      {"no domain", "d.example", Status::NxDomain, Status::Ok, Status::Ok, "no-domain"},
      {"an IPv4 literal", "[192.0.2.1]", Status::Ok, Status::Ok, Status::Ok,
       "implicit 0=[192.0.2.1]"},
      {"a bare address", "192.0.2.1", Status::Ok, Status::Ok, Status::Ok, "error"},
      {"no name", "a..b", Status::Ok, Status::Ok, Status::Ok, "error"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    fake::Resolver resolver;
    resolver.on("d.example", Type::Mx, c.mx);
    resolver.on("d.example", Type::A, c.a, {{"192.0.2.1", 0, 60}});
    resolver.on("d.example", Type::Aaaa, c.aaaa, {{"2001:db8::1", 0, 60}});
    std::optional<MailHosts> found;
    find_mail_hosts(resolver, c.domain, [&](const MailHosts& hosts) {
      CHECK_FALSE(found);
      found = hosts;
    });
    CHECK_FALSE(found);
    resolver.run();
    REQUIRE(found);
    CHECK(show_mail_hosts(*found) == c.want);
  }
}

TEST_CASE("how long a judgement may be kept") {
  const auto answer = [](Status status, std::vector<Record> records, std::uint32_t negative) {
    Answer out;
    out.status = status;
    out.records = std::move(records);
    out.negative_ttl = negative;
    return out;
  };
  const auto yes = Status::Ok, none = Status::NoData, gone = Status::NxDomain;
  struct Case {
    const char* name;
    Answer mx, a, aaaa;
    std::uint32_t want;
  };
  const Case cases[] = {
      {"the shortest of its MX",
       answer(yes, {{"a.example", 1, 300}, {"b.example", 2, 60}}, 0),
       {},
       {},
       60},
      {"one of no time at all",
       answer(yes, {{"a.example", 1, 0}, {"b.example", 2, 60}}, 0),
       {},
       {},
       0},
      {"no domain", answer(gone, {}, 900), {}, {}, 900},
      {"no domain, for how long nobody says", answer(gone, {}, 0), {}, {}, 0},
      {"implicit", answer(none, {}, 900), answer(yes, {{"192.0.2.1", 0, 300}}, 0),
       answer(none, {}, 900), 300},
      {"implicit, as long as there is no MX", answer(none, {}, 90),
       answer(yes, {{"192.0.2.1", 0, 300}}, 0), answer(none, {}, 900), 90},
      {"nothing", answer(none, {}, 900), answer(none, {}, 900), answer(none, {}, 600), 600},
      {"a failure is not kept", answer(Status::ServFail, {}, 900), {}, {}, 0},
      {"nor half of one", answer(none, {}, 900), answer(none, {}, 900),
       answer(Status::Timeout, {}, 900), 0},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    fake::Resolver resolver;
    resolver.on("d.example", Type::Mx, c.mx);
    resolver.on("d.example", Type::A, c.a);
    resolver.on("d.example", Type::Aaaa, c.aaaa);
    std::optional<MailHosts> found;
    find_mail_hosts(resolver, "d.example", [&](const MailHosts& hosts) { found = hosts; });
    resolver.run();
    REQUIRE(found);
    CHECK(found->keep == c.want);
  }
}

TEST_CASE("the shortest TTL and the AD bit are kept") {
  Answer answer;
  answer.status = Status::Ok;
  answer.authenticated = true;
  answer.records = {{"a.example", 10, 300}, {"b.example", 20, 60}};
  const auto found = judge_mx(answer);
  CHECK(found.ttl == 60);
  CHECK(found.authenticated);
}

}  // namespace hagaki::dns
