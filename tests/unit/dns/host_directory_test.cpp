#include "dns/host_directory.h"

#include <doctest/doctest.h>

#include <optional>

#include "fake_resolver.h"

namespace hagaki::dns {
namespace {

MailHosts of(std::vector<MailHost> hosts) {
  MailHosts out;
  out.status = MxStatus::Ok;
  out.hosts = std::move(hosts);
  out.keep = 3600;
  return out;
}

std::string show_hosts(const MailHosts& found) {
  std::string out(mx_status_name(found.status));
  for (const auto& host : found.hosts) out += ' ' + host.host;
  return out;
}

Answer none(Status status, std::uint32_t negative_ttl) {
  auto out = fake::failed(status);
  out.negative_ttl = negative_ttl;
  return out;
}

}  // namespace

TEST_CASE("a domain with MX hosts needs one that exists") {
  struct Case {
    const char* name;
    std::vector<MailHost> hosts;
    const char* want;
    const char* detail;
  };
  const Case cases[] = {
      {"IPv4", {{"v4.example", 10}}, "ok v4.example", ""},
      {"IPv6 only", {{"v6.example", 10}}, "ok v6.example", ""},
      {"A fails, AAAA is there", {{"half.example", 10}}, "ok half.example", ""},
      {"no such host",
       {{"gone.example", 10}},
       "no-mail-host gone.example",
       "the MX names no host that has an address: gone.example"},
      {"a host without address",
       {{"empty.example", 10}},
       "no-mail-host empty.example",
       "the MX names no host that has an address: empty.example"},
      {"two of them",
       {{"gone.example", 10}, {"empty.example", 20}},
       "no-mail-host gone.example empty.example",
       "the MX names no host that has an address: gone.example"},
      {"the second one is there",
       {{"gone.example", 10}, {"v4.example", 20}},
       "ok gone.example v4.example",
       ""},
      {"not known now is not dead", {{"silent.example", 10}}, "retry", "silent.example: timeout"},
      {"one half not known is not dead either",
       {{"a-broken.example", 10}},
       "retry",
       "a-broken.example: servfail"},
      {"nor the other half",
       {{"aaaa-broken.example", 10}},
       "retry",
       "aaaa-broken.example: servfail"},
      {"one is gone, one not known",
       {{"gone.example", 10}, {"silent.example", 20}},
       "retry",
       "silent.example: timeout"},
      {"one not known, one is there",
       {{"silent.example", 10}, {"v4.example", 20}},
       "ok silent.example v4.example",
       ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    fake::Resolver resolver;
    resolver.on("v4.example", Type::A, Status::Ok, {{"192.0.2.1", 0, 60}});
    resolver.on("v6.example", Type::A, Status::NoData);
    resolver.on("v6.example", Type::Aaaa, Status::Ok, {{"2001:db8::1", 0, 60}});
    resolver.on("half.example", Type::A, Status::ServFail);
    resolver.on("half.example", Type::Aaaa, Status::Ok, {{"2001:db8::1", 0, 60}});
    resolver.on("empty.example", Type::A, Status::NoData);
    resolver.on("empty.example", Type::Aaaa, Status::NoData);
    resolver.on("silent.example", Type::A, Status::Timeout);
    resolver.on("silent.example", Type::Aaaa, Status::Timeout);
    resolver.on("a-broken.example", Type::A, Status::ServFail);
    resolver.on("a-broken.example", Type::Aaaa, Status::NoData);
    resolver.on("aaaa-broken.example", Type::A, Status::NoData);
    resolver.on("aaaa-broken.example", Type::Aaaa, Status::ServFail);
    HostDirectory directory(resolver);
    std::optional<MailHosts> found;
    check_mail_hosts(directory, of(c.hosts), [&](const MailHosts& got) {
      CHECK_FALSE(found);
      found = got;
    });
    resolver.run();
    REQUIRE(found);
    CHECK(show_hosts(*found) == c.want);
    CHECK(found->detail == c.detail);
  }
}

TEST_CASE("a host is asked about once, whoever names it, and only until one is there") {
  fake::Resolver resolver;
  resolver.on("mx.example", Type::A, Status::Ok, {{"192.0.2.1", 0, 60}});
  HostDirectory directory(resolver);
  int done = 0;
  for (int i = 0; i < 100; ++i) {
    check_mail_hosts(directory, of({{"mx.example", 10}, {"mx2.example", 20}}),
                     [&](const MailHosts& got) {
                       CHECK(got.status == MxStatus::Ok);
                       ++done;
                     });
    if (i == 50) resolver.run();
  }
  CHECK(done == 100);
  CHECK(resolver.asked.size() == 1);
}

TEST_CASE("what is no question about hosts asks none") {
  fake::Resolver resolver;
  HostDirectory directory(resolver);
  for (const auto status : {MxStatus::Implicit, MxStatus::NullMx, MxStatus::NoDomain,
                            MxStatus::NoMailHost, MxStatus::Retry, MxStatus::Error}) {
    MailHosts in;
    in.status = status;
    std::optional<MxStatus> got;
    check_mail_hosts(directory, in, [&](const MailHosts& found) { got = found.status; });
    CHECK(got == status);
  }
  CHECK(resolver.asked.empty());
}

TEST_CASE("a judgement lasts no longer than what it rests on") {
  struct Case {
    const char* name;
    std::uint32_t a, aaaa;
    std::uint32_t want;
  };
  const Case cases[] = {
      {"the shorter", 600, 60, 60}, {"the MX", 7200, 7200, 3600}, {"unknown: not kept", 600, 0, 0}};
  for (const auto& c : cases) {
    CAPTURE(c.name);
    fake::Resolver resolver;
    resolver.on("mx.example", Type::A, none(Status::NxDomain, c.a));
    resolver.on("mx.example", Type::Aaaa, none(Status::NxDomain, c.aaaa));
    HostDirectory directory(resolver);
    std::optional<MailHosts> found;
    check_mail_hosts(directory, of({{"mx.example", 10}}), [&](const MailHosts& f) { found = f; });
    resolver.run();
    REQUIRE(found);
    CHECK(found->keep == c.want);
  }
}

TEST_CASE("beyond its bound a directory forgets, and asks again") {
  fake::Resolver resolver;
  HostDirectory directory(resolver, 2);
  int done = 0;
  for (const char* host : {"a.example", "b.example", "c.example", "a.example"}) {
    directory.find(host, [&](const HostDirectory::Host& found) {
      CHECK(found.state == HostDirectory::State::Missing);
      ++done;
    });
    resolver.run();
  }
  CHECK(done == 4);
  CHECK(resolver.count("a.example", Type::A) == 2);
}

}  // namespace hagaki::dns
