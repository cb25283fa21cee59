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
