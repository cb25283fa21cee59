#include "delivery/group.h"

#include <doctest/doctest.h>

#include <vector>

namespace group_test {

using namespace hagaki;
using namespace hagaki::delivery;
using std::chrono::milliseconds;

namespace {

constexpr const char* kLimits = R"([default]
connections = 3
[provider.google]
connections = 9
[mx."hosted.example"]
connections = 5
[domain."example.jp"]
connections = 1
rates = ["1/second"]
)";

struct Fixture {
  Fixture() {
    Limiting limiting;
    limiting.limits = rules::ProviderLimits::parse(kLimits, "limits.toml").value();
    throttles = std::make_unique<Throttles>(Throttles::open(std::move(limiting)).value());
    groups = std::make_unique<Groups>(*throttles);
  }
  std::shared_ptr<Group> direct(const std::string& domain, const std::string& host) {
    return groups->of_recipient(groups->of_host(host), {{host, 10}}, domain);
  }
  std::unique_ptr<Throttles> throttles;
  std::unique_ptr<Groups> groups;
};

}  // namespace

TEST_CASE(
    "direct mail: each recipient has the limits of the table that names it, whoever came first") {
  struct Case {
    const char* name;
    const char* domain;
    const char* host;
    const char* want_table;
    const char* want_receiver;
  };
  const Case cases[] = {
      {"nobody", "plain.example", "mx.plain.example", "receiver.plain.example", "plain.example"},
      {"a domain at a provider's", "example.jp", "aspmx.l.google.com", "domain.example.jp",
       "google"},
      {"that provider's others", "gmail.com", "gmail-smtp-in.l.google.com", "provider.google",
       "google"},
      {"a domain with its own hosts", "example.jp", "mx.example.jp", "domain.example.jp",
       "example.jp"},
      {"a guest of these hosts", "guest.example", "mx.example.jp", "receiver.example.jp",
       "example.jp"},
      {"a domain at a host with a table", "example.jp", "mx1.hosted.example", "domain.example.jp",
       "hosted.example"},
      {"others there", "other.example", "mx1.hosted.example", "mx.hosted.example",
       "hosted.example"},
  };
  for (const bool backwards : {false, true}) {
    CAPTURE(backwards);
    Fixture f;
    std::vector<Case> order(std::begin(cases), std::end(cases));
    if (backwards) order.assign(std::rbegin(cases), std::rend(cases));
    std::vector<std::shared_ptr<Group>> kept;
    for (const auto& c : order) {
      CAPTURE(c.name);
      const auto group = f.direct(c.domain, c.host);
      kept.push_back(group);
      CHECK(group->throttle->name() == c.want_table);
      const auto receiver = f.groups->of_host(c.host);
      CHECK((group->receiver ? group->receiver : group) == receiver);
      CHECK(receiver->name == c.want_receiver);
      CHECK(f.direct(c.domain, c.host) == group);
      // Sessions of others go by what is said of the host.
      const int sessions = f.groups->limits_of_host(*receiver, c.host)->sessions(50);
      CHECK(sessions == (receiver->name == "google"           ? 9
                         : receiver->name == "hosted.example" ? 5
                                                              : 3));
    }
  }
}

TEST_CASE("through a relay: the table of the domain, or of the provider") {
  Fixture f;
  const auto of = [&](const char* domain, const char* provider) {
    return f.groups->of_domain(Domain::parse(domain).value(), provider);
  };
  const auto own = of("example.jp", "google");
  CHECK(own->throttle->name() == "domain.example.jp");
  CHECK(own->name == "example.jp");
  const auto google = of("gmail.com", "");
  CHECK(google->throttle->name() == "provider.google");
  CHECK(google->name == "google");
  CHECK(of("workspace.example", "google") == google);
  CHECK(own->receiver == google);
  // Which host takes the mail is the relay's business.
  CHECK(of("hosted.example", "")->throttle->name() == "receiver.hosted.example");
}

TEST_CASE("what a receiver answers holds for all whose mail it takes") {
  Fixture f;
  const auto own = f.direct("example.jp", "aspmx.l.google.com");
  const auto google = f.groups->of_host("aspmx.l.google.com");
  REQUIRE(own->receiver == google);
  const milliseconds now{1000};
  CHECK_FALSE(own->is_shut(now));
  google->quiet_until = now + milliseconds(5);
  google->held = true;
  CHECK(own->is_held());
  CHECK(own->is_shut(now));
  CHECK(own->opens() == now + milliseconds(5));
  CHECK_FALSE(own->is_shut(now + milliseconds(5)));
  f.groups->tidy(now + milliseconds(5));
  CHECK(f.groups->of_host("aspmx.l.google.com") == google);
}

TEST_CASE("who waits for a full address of ours goes when it has room again") {
  Fixture f;
  const auto google = f.groups->of_host("aspmx.l.google.com", "192.0.2.1");
  const auto own = f.groups->of_recipient(google, {{"aspmx.l.google.com", 10}}, "example.jp");
  REQUIRE(own->receiver == google);
  Source source;
  google->waits_for = &source;
  const milliseconds now{1000};
  source.full_until = now + milliseconds(5);
  for (const auto& group : {google, own}) CHECK(group->opens() == now + milliseconds(5));
  CHECK_FALSE(f.groups->of_host("aspmx.l.google.com", "192.0.2.2")->is_shut(now));
  source.full_until = {};
  for (const auto& group : {google, own}) CHECK_FALSE(group->is_shut(now));
}

}  // namespace group_test
