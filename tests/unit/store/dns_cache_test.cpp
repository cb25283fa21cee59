#include "store/dns_cache.h"

#include <doctest/doctest.h>

#include <fstream>

#include "store/sqlite.h"
#include "temp_folder.h"

namespace hagaki::store {
namespace {

using dns::MailHost;
using dns::MailHosts;
using dns::MxStatus;
using std::chrono::hours;
using std::chrono::seconds;

const Timestamp kNow = *parse_rfc3339("2026-11-23T03:00:00Z");

MailHosts found(MxStatus status, std::vector<MailHost> hosts, std::uint32_t keep) {
  MailHosts out;
  out.status = status;
  out.hosts = std::move(hosts);
  out.keep = keep;
  return out;
}

std::string show(const std::optional<MailHosts>& got) {
  if (!got) return "";
  std::string out(mx_status_name(got->status));
  for (const auto& host : got->hosts) {
    out += ' ' + std::to_string(host.preference) + '=' + host.host;
  }
  return out + (got->authenticated ? " dnssec" : "");
}

}  // namespace

TEST_CASE("what DNS said is kept for as long as it said, and what it could not say is not") {
  const TempFolder folder;
  const auto path = folder.file("dns");
  {
    auto cache = DnsCache::open(path, kNow);
    REQUIRE(cache);
    auto shop = found(MxStatus::Ok, {{"mx1.example", 10}, {"mx2.example", 65'535}}, 600);
    shop.authenticated = true;
    REQUIRE(cache->keep(
        {{"shop.example", shop, true},
         {"unchecked.example", found(MxStatus::Ok, {{"mx.example", 0}}, 600), false},
         {"implicit.example", found(MxStatus::Implicit, {{"implicit.example", 0}}, 600), false},
         {"null.example", found(MxStatus::NullMx, {}, 600), false},
         {"gone.example", found(MxStatus::NoDomain, {}, 600), false},
         {"dead.example", found(MxStatus::NoMailHost, {{"mx.gone.example", 5}}, 600), true},
         {"long.example", found(MxStatus::NoDomain, {}, 700'000), false},
         {"moment.example", found(MxStatus::NoDomain, {}, 0), false},
         {"retry.example", found(MxStatus::Retry, {}, 600), false},
         {"error.example", found(MxStatus::Error, {}, 600), false}},
        kNow));
  }
  auto cache = DnsCache::open(path, kNow);
  REQUIRE(cache);
  struct Case {
    const char* domain;
    seconds later;
    bool checked;
    const char* want;
  };
  const Case cases[] = {
      {"shop.example", seconds{0}, true, "ok 10=mx1.example 65535=mx2.example dnssec"},
      {"shop.example", seconds{599}, true, "ok 10=mx1.example 65535=mx2.example dnssec"},
      {"shop.example", seconds{600}, true, ""},
      {"unchecked.example", seconds{0}, false, "ok 0=mx.example"},
      {"unchecked.example", seconds{0}, true, ""},
      {"implicit.example", seconds{0}, true, "implicit 0=implicit.example"},
      {"null.example", seconds{0}, true, "null-mx"},
      {"gone.example", seconds{0}, true, "no-domain"},
      {"dead.example", seconds{0}, false, "no-mail-host 5=mx.gone.example"},
      {"long.example", seconds{86'399}, true, "no-domain"},
      {"long.example", seconds{86'400}, true, ""},
      {"moment.example", seconds{0}, true, ""},
      {"retry.example", seconds{0}, true, ""},
      {"error.example", seconds{0}, true, ""},
      {"unknown.example", seconds{0}, true, ""},
      {"shop.example", -hours{48}, true, ""},  // the clock was set back
  };
  for (const auto& c : cases) {
    CAPTURE(c.domain);
    CAPTURE(c.later.count());
    const auto got = cache->find(c.domain, c.checked, kNow + c.later);
    REQUIRE(got);
    CHECK(show(*got) == c.want);
  }
  CHECK(cache->find("shop.example", true, kNow + seconds{100}).value()->keep == 500);
}

TEST_CASE("a new answer takes the place of the old one, and what is over goes on opening") {
  const TempFolder folder;
  const auto path = folder.file("dns");
  {
    auto cache = DnsCache::open(path, kNow);
    REQUIRE(cache);
    REQUIRE(cache->keep({{"a.example", found(MxStatus::NoDomain, {}, 60), false},
                         {"b.example", found(MxStatus::NoDomain, {}, 600), false}},
                        kNow));
    REQUIRE(cache->keep({{"a.example", found(MxStatus::NullMx, {}, 60), false}}, kNow));
    CHECK(show(cache->find("a.example", true, kNow).value()) == "null-mx");
  }
  REQUIRE(DnsCache::open(path, kNow + seconds{60}));
  auto db = Database::open(path, Database::Mode::ReadOnly);
  REQUIRE(db);
  CHECK(query_number(*db, "SELECT count(*) FROM domain").value() == 1);
}

TEST_CASE("a row that nobody of us wrote is none") {
  const TempFolder folder;
  const auto path = folder.file("dns");
  REQUIRE(DnsCache::open(path, kNow));
  struct Case {
    const char* name;
    const char* status;
    const char* mx;
  };
  const Case cases[] = {{"a status of no name", "good", "1=mx.example"},
                        {"a verdict that is never kept", "retry", ""},
                        {"ok without a host", "ok", ""},
                        {"no preference", "ok", "mx.example"},
                        {"too great a preference", "ok", "65536=mx.example"},
                        {"a negative one", "ok", "-1=mx.example"},
                        {"no host", "ok", "1="},
                        {"a host with an escape", "ok", "1=mx\x1b[31m.example"}};
  for (const auto& c : cases) {
    CAPTURE(c.name);
    {
      auto db = Database::open(path, Database::Mode::ReadWrite);
      REQUIRE(db);
      auto set = Statement::prepare(*db, "REPLACE INTO domain VALUES ('a.example',?1,?2,0,1,?3)");
      REQUIRE(set);
      set->bind(1, std::string_view(c.status)).bind(2, std::string_view(c.mx));
      REQUIRE(set->bind(3, kNow + hours{1}).exec());
    }
    auto cache = DnsCache::open(path, kNow);
    REQUIRE(cache);
    CHECK(show(cache->find("a.example", true, kNow).value()) == "");
  }
}

TEST_CASE("files that are no cache, damaged, or held by another") {
  const TempFolder folder;
  const auto notes = folder.file("notes");
  std::ofstream(notes) << "my notes\n";
  const auto foreign = DnsCache::open(notes, kNow);
  REQUIRE_FALSE(foreign);
  CHECK(foreign.error().code == ErrorCode::Config);
  std::string text;
  std::getline(std::ifstream(notes), text);
  CHECK(text == "my notes");

  const auto path = folder.file("dns");
  {
    auto cache = DnsCache::open(path, kNow);
    REQUIRE(cache);
    std::vector<DnsCache::Entry> many;
    for (int i = 0; i < 2000; ++i) {
      many.push_back({"d" + std::to_string(i) + ".example", found(MxStatus::NoDomain, {}, 600)});
    }
    REQUIRE(cache->keep(many, kNow));
    auto held = Database::open(path, Database::Mode::ReadWrite);
    REQUIRE(held);
    REQUIRE(held->run("BEGIN IMMEDIATE"));
    const auto locked = DnsCache::open(path, kNow, std::chrono::milliseconds{10});
    REQUIRE_FALSE(locked);
    CHECK(locked.error().code == ErrorCode::Retry);
  }
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);
    file << std::string(60'000, 'x');
  }
  auto damaged = DnsCache::open(path, kNow);
  const auto code =
      damaged ? damaged->find("d7.example", true, kNow).error().code : damaged.error().code;
  CHECK(code == ErrorCode::Io);
}

}  // namespace hagaki::store
