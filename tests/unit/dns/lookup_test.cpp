#include "dns/lookup.h"

#include <doctest/doctest.h>

#include <optional>

#include "fake_resolver.h"

namespace hagaki::dns {
namespace {

std::string show(const HostAddresses& found) {
  std::string out(status_name(found.status));
  for (const auto& ip : found.addresses) out += ' ' + ip.text();
  return out;
}

}  // namespace

TEST_CASE("addresses of a host") {
  struct Case {
    const char* name;
    const char* host;
    Status a;
    Status aaaa;
    const char* want;
  };
  const Case cases[] = {
      {"both, by turns", "h.example", Status::Ok, Status::Ok, "ok 2001:db8::1 192.0.2.1 192.0.2.2"},
      {"IPv4 only", "h.example", Status::Ok, Status::NoData, "ok 192.0.2.1 192.0.2.2"},
      {"half unknown is good enough", "h.example", Status::Ok, Status::Timeout,
       "ok 192.0.2.1 192.0.2.2"},
      {"unknown wins over none", "h.example", Status::NoData, Status::Timeout, "timeout"},
      {"none", "h.example", Status::NoData, Status::NoData, "nodata"},
      {"exists if either says so", "h.example", Status::NxDomain, Status::NoData, "nodata"},
      {"no host", "h.example", Status::NxDomain, Status::NxDomain, "nxdomain"},
      {"a literal", "[IPv6:2001:db8::9]", Status::Ok, Status::Ok, "ok 2001:db8::9"},
      {"no host's name", "h example", Status::Ok, Status::Ok, "local"},
      {"an address", "192.0.2.9", Status::Ok, Status::Ok, "ok 192.0.2.9"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    fake::Resolver resolver;
    resolver.on("h.example", Type::A, c.a, {{"192.0.2.1", 0, 60}, {"192.0.2.2", 0, 60}});
    resolver.on("h.example", Type::Aaaa, c.aaaa, {{"2001:db8::1", 0, 30}});
    std::optional<HostAddresses> found;
    find_addresses(resolver, c.host, [&](const HostAddresses& addresses) { found = addresses; });
    CHECK_FALSE(found);
    resolver.run();
    REQUIRE(found);
    CHECK(show(*found) == c.want);
  }
}

TEST_CASE("addresses that the resolver vouches for") {
  struct Case {
    const char* name;
    Status a;
    bool a_authenticated;
    Status aaaa;
    bool aaaa_authenticated;
    bool want;
  };
  const Case cases[] = {
      {"both", Status::Ok, true, Status::Ok, true, true},
      {"one, and that there is no other", Status::Ok, true, Status::NoData, true, true},
      {"one of two", Status::Ok, true, Status::Ok, false, false},
      {"no proof that there is no other", Status::Ok, true, Status::NoData, false, false},
      {"silence takes nothing away", Status::Ok, true, Status::Timeout, false, true},
      {"neither", Status::Ok, false, Status::Ok, false, false},
      {"none and silence", Status::Ok, false, Status::ServFail, false, false},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    fake::Resolver resolver;
    Answer a = fake::addresses({"192.0.2.1"});
    a.authenticated = c.a_authenticated;
    a.owner = "real.example";
    Answer aaaa = c.aaaa == Status::Ok ? fake::addresses({"2001:db8::1"}) : fake::failed(c.aaaa);
    aaaa.authenticated = c.aaaa_authenticated;
    resolver.on("h.example", Type::A, a);
    resolver.on("h.example", Type::Aaaa, aaaa);
    std::optional<HostAddresses> found;
    find_addresses(resolver, "h.example", [&](const HostAddresses& got) { found = got; });
    resolver.run();
    REQUIRE(found);
    CHECK(found->authenticated == c.want);
    CHECK(found->owner == "real.example");
  }
}

TEST_CASE("an answer without a readable address is no answer") {
  fake::Resolver resolver;
  resolver.on("h.example", Type::A, Status::Ok, {{"not an address", 0, 60}});
  resolver.on("h.example", Type::Aaaa, Status::NoData);
  std::optional<HostAddresses> found;
  find_addresses(resolver, "h.example", [&](const HostAddresses& a) { found = a; });
  resolver.run();
  REQUIRE(found);
  CHECK(show(*found) == "malformed");
}

}  // namespace hagaki::dns
