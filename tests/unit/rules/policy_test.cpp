#include "rules/policy.h"

#include <doctest/doctest.h>

namespace policy_test {

using namespace hagaki;
using namespace hagaki::rules;

TEST_CASE("the default policy") {
  const Policy policy = default_policy();
  struct Case {
    std::string reason;
    int count;
  };
  const Case cases[] = {{"userunknown", 1}, {"hasmoved", 1},    {"suspend", 1},
                        {"notaccept", 1},   {"hostunknown", 2}, {"mailboxfull", 3},
                        {"expired", 3},     {"networkerror", 3}};
  for (const auto& c : cases) {
    CAPTURE(c.reason);
    const auto* rule = policy.find(c.reason);
    REQUIRE(rule);
    CHECK(rule->count == c.count);
    CHECK(rule->days == c.count);
    CHECK(rule->action == (c.reason == "mailboxfull" ? Action::Notify : Action::Drop));
    CHECK(rule->reset_by_delivery);
    CHECK(rule->reset_by_engagement);
  }
  for (const char* reason :
       {"rejected",        "blocked",      "badreputation",  "requireptr",      "authfailure",
        "notcompliantrfc", "spamdetected", "virusdetected",  "policyviolation", "contenterror",
        "securityerror",   "norelaying",   "failedstarttls", "mesgtoobig",      "exceedlimit",
        "speeding",        "toomanyconn",  "systemerror",    "systemfull",      "mailererror",
        "syntaxerror",     "suppressed",   "onhold",         "undefined",       "delivered"}) {
    CAPTURE(reason);
    CHECK_FALSE(policy.find(reason));
  }
  CHECK(policy.complaint.on);
  CHECK(policy.unsubscribe.on);
  CHECK(policy.mx_status.size() == 3);
}

TEST_CASE("a file replaces the tables it names") {
  const auto policy = parse_policy(R"(utc_offset = "-03:30"
[stop.mailboxfull]
count = 5
days = 4
action = "hold"
hold = "2w"
[stop.userunknown]
action = "ignore"
[stop.suspend]
action = "tag"
reset = ["engagement"]
[block]
share = 0.5
[hygiene]
mx_status = ["null-mx"]
)",
                                   "mine.toml");
  REQUIRE(policy);
  const auto* full = policy->find("mailboxfull");
  REQUIRE(full);
  CHECK(full->count == 5);
  CHECK(full->days == 4);
  CHECK(full->action == Action::Hold);
  CHECK(full->hold == std::chrono::hours(14 * 24));
  CHECK_FALSE(policy->find("userunknown"));
  const auto* suspend = policy->find("suspend");
  REQUIRE(suspend);
  CHECK(suspend->action == Action::Tag);
  CHECK_FALSE(suspend->reset_by_delivery);
  CHECK(suspend->reset_by_engagement);
  CHECK(policy->find("hasmoved"));
  CHECK(policy->block.limits.share == 0.5);
  CHECK(policy->block.limits.minimum == 20);
  CHECK(policy->complaint.on);
  CHECK(policy->mx_status == std::vector<std::string>{"null-mx"});
  CHECK(policy->utc_offset == std::chrono::minutes(-210));
}

TEST_CASE("what is wrong with a policy, and where") {
  struct Case {
    std::string name;
    std::string text;
    std::string want;
  };
  const Case cases[] = {
      {"not TOML", "\n[stop.mailboxfull\n", "p:2: "},
      {"unknown table", "[stopp.mailboxfull]\ncount=1\n", "p:1: no such setting \"stopp\""},
      {"unknown reason", "\n\n[stop.mailboxful]\ncount=1\n", "p:3: no such reason \"mailboxful\""},
      {"unknown setting", "[stop.expired]\ncount=1\ncont=2\n",
       "p:3: no such setting \"cont\" in a stop rule"},
      {"count of nothing", "[stop.expired]\ncount=0\n",
       "p:2: count must be a whole number from 1 to 1000"},
      {"count in words", "[stop.expired]\ncount=\"3\"\n",
       "p:2: count must be a whole number from 1 to 1000"},
      {"more days than failures", "[stop.expired]\ncount=2\ndays=3\n",
       "p:1: 2 failures cannot lie on 3 days"},
      {"unknown action", "[stop.expired]\naction=\"delete\"\n",
       "p:2: action must be \"drop\", \"hold\", \"notify\", \"tag\" or \"ignore\""},
      {"reset by prayer", "[stop.expired]\nreset=[\"prayer\"]\n",
       "p:2: reset \"prayer\" is none; use delivery, engagement"},
      {"reset in a word", "[stop.expired]\nreset=\"delivery\"\n",
       "p:2: reset must be a list of strings"},
      {"hold for ever", "[stop.expired]\naction=\"hold\"\n",
       "p:1: action \"hold\" needs a time: hold = \"30d\""},
      {"hold for nothing", "[stop.expired]\naction=\"hold\"\nhold=\"0d\"\n",
       "p:1: action \"hold\" needs a time: hold = \"30d\""},
      {"hold in fortnights", "[stop.expired]\naction=\"hold\"\nhold=\"1f\"\n", "p:1: "},
      {"within in words", "[stop.expired]\nwithin=\"a year\"\n",
       "p:2: within must be a time like \"12h\", \"30d\" or \"2w\""},
      {"forget without a unit", "[stop.expired]\nforget=90\n",
       "p:2: forget must be a time like \"12h\", \"30d\" or \"2w\""},
      {"hold of a drop", "[stop.expired]\nhold=\"3d\"\n", "p:1: hold needs action = \"hold\""},
      {"complaints cannot be held", "[complaint]\naction=\"hold\"\n",
       "p:2: action must be \"drop\" or \"ignore\""},
      {"a block cannot drop", "[block]\naction=\"drop\"\n",
       "p:2: action must be \"hold\" or \"ignore\""},
      {"a share in percent", "[block]\nshare=20\n", "p:2: share must be a number from 0 to 1"},
      {"a jump downwards", "[block]\njump=0.5\n", "p:2: jump must be a number from 1 to 1000"},
      {"a block of nobody", "[block]\nminimum=0\n",
       "p:2: minimum must be a whole number from 1 to 1000000000"},
      {"a block's unknown setting", "[block]\nmin=5\n", "p:2: no such setting \"min\" here"},
      {"retry is no verdict", "[hygiene]\nmx_status=[\"retry\"]\n",
       "p:2: mx_status \"retry\" is no verdict; use null-mx, no-domain, no-mail-host"},
      {"not a list", "[hygiene]\nmx_status=\"null-mx\"\n",
       "p:2: mx_status must be a list of strings"},
      {"offset", "utc_offset=\"JST\"\n", "p:1: utc_offset must look like \"+09:00\""},
      {"the first of two", "[stop.zzz]\n[stop.aaa]\n", "p:1: no such reason \"zzz\""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto policy = parse_policy(c.text, "p");
    REQUIRE_FALSE(policy);
    CHECK(policy.error().code == ErrorCode::Config);
    CHECK(policy.error().text().substr(0, c.want.size()) == c.want);
  }
}

}  // namespace policy_test
