#include "store/sts_policies.h"

#include <doctest/doctest.h>

#include <fstream>

#include "store/sqlite.h"
#include "temp_folder.h"

namespace hagaki::store::sts_policies_test {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using tlspolicy::StsMode;
using tlspolicy::StsPolicy;

const Timestamp kNow = *parse_rfc3339("2026-11-22T12:00:00Z");

}  // namespace

TEST_CASE("policies outlive the run, for as long as they said") {
  const TempFolder folder;
  const auto path = folder.file("mta-sts");
  const StsPolicy policy{StsMode::Enforce, {"mx.a.example", "*.b.example"}, seconds{86'400}};
  {
    auto policies = StsPolicies::open(path, kNow);
    REQUIRE(policies);
    CHECK_FALSE(policies->find("a.example", kNow).value().has_value());
    REQUIRE(policies->keep("a.example", "2", policy, kNow));
    REQUIRE(policies->keep("c.example", "9", {StsMode::None, {}, seconds{60}}, kNow));
  }
  auto policies = StsPolicies::open(path, kNow);
  REQUIRE(policies);
  struct Case {
    const char* name;
    const char* domain;
    hours later;
    const char* want;  ///< id; "" = none
  };
  const Case cases[] = {
      {"at once", "a.example", hours{0}, "2"},
      {"before its end", "a.example", hours{23}, "2"},
      {"at its end", "a.example", hours{24}, ""},
      {"a policy that asks for nothing is one too", "c.example", hours{0}, "9"},
      {"and ends", "c.example", hours{1}, ""},
      {"another domain", "b.example", hours{0}, ""},
      {"a domain below has a policy of its own", "x.a.example", hours{0}, ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto kept = policies->find(c.domain, kNow + c.later);
    REQUIRE(kept);
    CHECK((*kept ? (*kept)->id : "") == c.want);
  }
  const auto kept = policies->find("a.example", kNow);
  REQUIRE(kept);
  REQUIRE(kept->has_value());
  CHECK((*kept)->policy == policy);
  CHECK((*kept)->until == kNow + hours{24});
}

TEST_CASE("a new policy takes the place of the old one") {
  const TempFolder folder;
  auto policies = StsPolicies::open(folder.file("mta-sts"), kNow);
  REQUIRE(policies);
  REQUIRE(policies->keep("a.example", "1", {StsMode::Enforce, {"mx.a.example"}, hours{24}}, kNow));
  REQUIRE(policies->keep("a.example", "2", {StsMode::None, {}, hours{1}}, kNow));
  const auto kept = policies->find("a.example", kNow).value();
  REQUIRE(kept.has_value());
  CHECK(kept->policy.mode == StsMode::None);
  CHECK_FALSE(policies->find("a.example", kNow + hours{2}).value().has_value());
}

TEST_CASE("what is over goes when the file is opened") {
  const TempFolder folder;
  const auto path = folder.file("mta-sts");
  {
    auto policies = StsPolicies::open(path, kNow);
    REQUIRE(policies);
    REQUIRE(policies->keep("a.example", "1", {StsMode::None, {}, hours{1}}, kNow));
    REQUIRE(policies->keep("b.example", "1", {StsMode::None, {}, hours{3}}, kNow));
  }
  const auto rows = [&path] {
    auto db = Database::open(path, Database::Mode::ReadOnly);
    REQUIRE(db);
    return query_number(*db, "SELECT count(*) FROM policy").value();
  };
  REQUIRE(StsPolicies::open(path, kNow));
  CHECK(rows() == 2);
  REQUIRE(StsPolicies::open(path, kNow + hours{2}));
  CHECK(rows() == 1);
}

TEST_CASE("a file of something else is left as it is") {
  const TempFolder folder;
  const auto path = folder.file("mta-sts");
  std::ofstream(path) << "my notes\n";
  const auto policies = StsPolicies::open(path, kNow);
  REQUIRE_FALSE(policies);
  CHECK(policies.error().code == ErrorCode::Config);
}

}  // namespace hagaki::store::sts_policies_test
