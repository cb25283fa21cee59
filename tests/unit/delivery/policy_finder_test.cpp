#include "delivery/policy_finder.h"

#include <doctest/doctest.h>

#include <string>

#include "fake_resolver.h"
#include "temp_folder.h"

namespace policy_finder_test {

using namespace hagaki;
using namespace hagaki::delivery;
using dns::Status;
using dns::Type;
using std::chrono::hours;
using tlspolicy::StsMode;
using tlspolicy::StsPolicy;

namespace {

std::string show(const PolicyFinder::Found& found) {
  if (found.error) return "error";
  std::string out = found.policy ? std::string(tlspolicy::sts_mode_name(found.policy->mode)) : "-";
  return found.trouble.empty() ? out : out + " " + found.trouble;
}

/// A finder with what an earlier run kept of old.example (id 1, enforced).
struct Bench {
  Bench() {
    settings.mta_sts_file = folder.file("mta-sts");
    auto kept = store::StsPolicies::open(settings.mta_sts_file, now());
    REQUIRE(kept);
    const StsPolicy policy{StsMode::Enforce, {"mx.old.example"}, hours{24}};
    REQUIRE(kept->keep("old.example", "1", policy, now()));
    const StsPolicy half_over{StsMode::Testing, {"mx.half.example"}, hours{24}};
    REQUIRE(kept->keep("half.example", "1", half_over, now() - hours{13}));
    auto opened = PolicyFinder::open(loop, resolver, settings, "");
    REQUIRE(opened);
    finder = std::move(*opened);
  }
  std::string find(const std::string& domain) {
    std::string got = "no answer";
    finder->find(domain, [&](const PolicyFinder::Found& found) { got = show(found); });
    resolver.run();
    return got;
  }

  TempFolder folder;
  net::Loop loop;
  fake::Resolver resolver;
  TlsPolicies settings;
  std::unique_ptr<PolicyFinder> finder;
};

}  // namespace

TEST_CASE("policies while no web server can be reached") {
  struct Case {
    const char* name;
    const char* domain;
    Status status;
    const char* record;
    const char* want;
    std::size_t asked;  ///< questions for the web server's addresses
  };
  const Case cases[] = {
      {"no record", "new.example", Status::NxDomain, "", "-", 0},
      {"no answer", "new.example", Status::Timeout, "", "-", 0},
      {"a record that cannot be read", "new.example", Status::Ok, "v=STSv1;", "-", 0},
      {"a policy that nobody has", "new.example", Status::Ok, "v=STSv1; id=1;",
       "- sts-policy-fetch-error", 2},
      {"kept", "old.example", Status::Ok, "v=STSv1; id=1;", "enforce", 0},
      {"kept, and the record is gone", "old.example", Status::NxDomain, "", "enforce", 0},
      {"kept, and DNS is silent", "old.example", Status::Timeout, "", "enforce", 0},
      {"kept, and the new one cannot be had", "old.example", Status::Ok, "v=STSv1; id=2;",
       "enforce", 2},
      {"to be renewed", "half.example", Status::Ok, "v=STSv1; id=1;", "testing", 2},
      {"an address literal", "[192.0.2.1]", Status::Local, "", "-", 0},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    Bench bench;
    const std::string domain = c.domain;
    bench.resolver.on("_mta-sts." + domain, Type::Txt, c.status, {{c.record, 0, 60}});
    CHECK(bench.find(domain) == c.want);
    const std::string host = "mta-sts." + domain;
    CHECK(bench.resolver.count(host, Type::A) + bench.resolver.count(host, Type::Aaaa) == c.asked);
  }
}

TEST_CASE("a domain is asked about once, for all who wait and who come soon after") {
  Bench bench;
  int told = 0;
  const auto tell = [&](const PolicyFinder::Found&) { ++told; };
  bench.resolver.on("_mta-sts.new.example", Type::Txt, Status::Ok, {{"v=STSv1; id=1;", 0, 60}});
  bench.finder->find("new.example", tell);
  bench.finder->find("new.example", tell);
  CHECK(told == 0);
  bench.resolver.run();
  CHECK(told == 2);
  bench.finder->find("new.example", tell);
  CHECK(told == 3);
  CHECK(bench.resolver.count("_mta-sts.new.example", Type::Txt) == 1);
}

TEST_CASE("few policies are fetched at once, and all in their turn") {
  Bench bench;
  constexpr int kDomains = 50;
  int told = 0;
  for (int i = 0; i < kDomains; ++i) {
    const std::string domain = "d" + std::to_string(i) + ".example";
    bench.resolver.on("_mta-sts." + domain, Type::Txt, Status::Ok, {{"v=STSv1; id=1;", 0, 60}});
    bench.finder->find(domain, [&](const PolicyFinder::Found&) { ++told; });
  }
  for (int i = 0; i < kDomains; ++i) bench.resolver.run_one();
  CHECK(bench.resolver.asked.size() == kDomains + 20 * 2);
  bench.resolver.run();
  CHECK(told == kDomains);
}

TEST_CASE("a finder that is gone calls nobody") {
  Bench bench;
  bool told = false;
  bench.finder->find("new.example", [&](const PolicyFinder::Found&) { told = true; });
  bench.finder.reset();
  bench.resolver.run();
  CHECK_FALSE(told);
}

}  // namespace policy_finder_test
