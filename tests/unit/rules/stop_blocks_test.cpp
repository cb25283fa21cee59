#include "rules/stop_blocks.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "reason/judge.h"
#include "rules/block_words.h"
#include "rules/stop.h"

namespace stop_blocks_test {

using namespace hagaki;
using namespace hagaki::rules;

namespace {

using What = records::Event::What;

const KeyHasher kHasher("0123456789abcdef");

Timestamp noon(int day) {
  return *parse_rfc3339("2026-01-01T12:00:00Z") + std::chrono::days(day);
}

/// What came back from recipients `first` to `last` of a domain on a day.
struct Came {
  int day;
  std::string domain;
  int first;
  int last;
  What what = What::Delivered;
  std::string reason = {};
  std::string message = {};  // one for all; empty: one a day and recipient
  int hours = 0;             // after noon
};

struct Outcome {
  std::map<std::string, int> rules;  // recipients by rule
  std::vector<BlockFound> blocks;
};

using Prepare = void (*)(StopRules&);

Outcome judge(std::vector<Came> came, int day, Prepare prepare = nullptr,
              const Policy& policy = default_policy()) {
  StopRules stop(policy, kHasher);
  std::map<std::string, bool> everybody;
  std::shuffle(came.begin(), came.end(), std::mt19937(6));
  for (const auto& c : came) {
    for (int i = c.first; i <= c.last; ++i) {
      const std::string email = fmt::format("{}@{}", i, c.domain);
      const std::string id = c.message.empty() ? fmt::format("{}.{}", c.day, email) : c.message;
      everybody[email] = true;
      records::Event event;
      event.what = c.what;
      event.email = email;
      event.time = noon(c.day) + std::chrono::hours(c.hours);
      event.message_id = id;
      event.reason = c.reason;
      stop.add(event, c.what == What::Delivered ? "" : "{}");
    }
  }
  if (prepare) prepare(stop);
  stop.settle(noon(day));
  Outcome out;
  out.blocks = stop.blocks();
  for (const auto& [email, yes] : everybody) {
    const auto decision = stop.find(email);
    ++out.rules[decision ? decision->rule : "keep"];
  }
  return out;
}

using Rules = std::map<std::string, int>;

const Came kHistory{1, "a.example", 1, 300};

}  // namespace

TEST_CASE("a block: held and not dropped") {
  struct Case {
    const char* name;
    std::vector<Came> came;
    int now;
    Rules want;
    Prepare prepare = nullptr;
  };
  const auto failed = What::Failed;
  const Came flood{2, "a.example", 1, 200, failed, "userunknown"};
  const std::vector<Came> year = {kHistory, flood};
  const Case cases[] = {
      {"all unknown in one day", year, 3, {{"keep", 100}, {"stop.block", 200}}},
      {"the hold is nearly over", year, 8, {{"keep", 100}, {"stop.block", 200}}},
      {"the hold is over: forgiven", year, 9, {{"keep", 300}}},
      {"some dead in the usual course",
       {kHistory, {2, "a.example", 1, 10, failed, "userunknown"}, {2, "a.example", 11, 300}},
       3,
       {{"keep", 290}, {"stop.userunknown", 10}}},
      {"refused by another name",
       {kHistory, {2, "a.example", 1, 200, failed, "blocked"}},
       3,
       {{"keep", 100}, {"stop.block", 200}}},
      {"unknown, blocked and rejected together",
       {kHistory,
        {2, "a.example", 1, 8, failed, "userunknown"},
        {2, "a.example", 9, 16, failed, "blocked"},
        {2, "a.example", 17, 24, failed, "rejected"}},
       3,
       {{"keep", 276}, {"stop.block", 24}}},
      {"full mailboxes are no block",
       {kHistory, {2, "a.example", 1, 200, failed, "mailboxfull"}},
       3,
       {{"keep", 300}}},
      {"a domain that is gone is no block",
       {kHistory,
        {2, "a.example", 1, 200, failed, "hostunknown"},
        {3, "a.example", 1, 200, failed, "hostunknown"}},
       4,
       {{"keep", 100}, {"stop.hostunknown", 200}}},
      {"dead before the flood",
       {kHistory,
        flood,
        {1, "a.example", 301, 301, failed, "suspend"},
        {2, "a.example", 301, 301, failed, "userunknown"}},
       3,
       {{"keep", 100}, {"stop.block", 200}, {"stop.suspend", 1}}},
      {"dead after the flood",
       {kHistory, flood, {4, "a.example", 5, 5, failed, "userunknown"}, {4, "a.example", 6, 80}},
       5,
       {{"keep", 175}, {"stop.block", 124}, {"stop.userunknown", 1}}},
      {"delivered since",
       {kHistory, flood, {3, "a.example", 1, 50}},
       4,
       {{"keep", 150}, {"stop.block", 150}}},
      {"delivered before, the same day",
       {kHistory, flood, {2, "a.example", 1, 200, What::Delivered, "", "early", -2}},
       3,
       {{"keep", 100}, {"stop.block", 200}}},
      {"a relay takes all and sends it back the next day",
       {kHistory, {2, "a.example", 1, 300}, {3, "a.example", 1, 200, What::Bounced, "userunknown"}},
       4,
       {{"keep", 100}, {"stop.block", 200}}},
      {"one address is mailed all day",
       {kHistory,
        {2, "a.example", 1, 1, failed, "userunknown", "m1"},
        {2, "a.example", 1, 1, failed, "userunknown", "m2", 1},
        {2, "a.example", 1, 1, failed, "userunknown", "m3", 2}},
       3,
       {{"keep", 299}, {"stop.userunknown", 1}}},
      {"19 refused live and sent back the next day, when ten others are refused: no 29",
       {kHistory,
        {2, "a.example", 1, 19, failed, "userunknown", "m"},
        {3, "a.example", 1, 19, What::Bounced, "userunknown", "m"},
        {3, "a.example", 20, 29, failed, "userunknown"}},
       4,
       {{"keep", 271}, {"stop.userunknown", 29}}},
      {"given three times: 19 are 19",
       {kHistory,
        {2, "a.example", 1, 19, failed, "userunknown"},
        {2, "a.example", 1, 19, failed, "userunknown"},
        {2, "a.example", 1, 19, failed, "userunknown"}},
       3,
       {{"keep", 281}, {"stop.userunknown", 19}}},
      {"refused in the flood, sent back two days later: not counted",
       {kHistory,
        {2, "a.example", 1, 200, failed, "userunknown", "m"},
        {4, "a.example", 1, 5, What::Bounced, "userunknown", "m"}},
       5,
       {{"keep", 100}, {"stop.block", 200}}},
      {"another receiver is not concerned",
       {kHistory,
        flood,
        {1, "b.example", 1, 300},
        {2, "b.example", 2, 300},
        {2, "b.example", 1, 1, failed, "userunknown"}},
       3,
       {{"keep", 399}, {"stop.block", 200}, {"stop.userunknown", 1}}},
      {"two domains of one provider are one receiver",
       {{1, "outlook.com", 1, 80},
        {1, "hotmail.com", 1, 80},
        {2, "outlook.com", 1, 12, failed, "userunknown"},
        {2, "hotmail.com", 1, 12, failed, "userunknown"}},
       3,
       {{"keep", 136}, {"stop.block", 24}}},
      {"two domains of nobody's are two",
       {{1, "a.example", 1, 80},
        {1, "b.example", 1, 80},
        {2, "a.example", 1, 12, failed, "userunknown"},
        {2, "b.example", 1, 12, failed, "userunknown"}},
       3,
       {{"keep", 136}, {"stop.userunknown", 24}}},
      {"no past: four of five of 50",
       {{2, "a.example", 1, 50, failed, "userunknown"}, {2, "a.example", 51, 62}},
       3,
       {{"keep", 12}, {"stop.block", 50}}},
      {"no past: too few",
       {{2, "a.example", 1, 49, failed, "userunknown"}},
       3,
       {{"stop.userunknown", 49}}},
      {"complaints in the flood are heard",
       {kHistory, flood, {2, "a.example", 1, 1, What::Unsubscribe}},
       3,
       {{"keep", 100}, {"stop.block", 199}, {"stop.unsubscribe", 1}}},
      {"deliveries from counters: no jump",
       {{2, "a.example", 1, 30, failed, "userunknown"}},
       3,
       {{"stop.userunknown", 30}},
       [](StopRules& s) {
         s.count_answers("a.example", noon(2), 200, 0);
         s.count_answers("a.example", noon(1), 200, 0);
       }},
      {"the past from counters: a jump",
       {{2, "a.example", 1, 30, failed, "userunknown"}},
       3,
       {{"stop.block", 30}},
       [](StopRules& s) { s.count_answers("a.example", noon(1), 200, 0); }},
      {"refusals from counters",
       {{1, "a.example", 1, 200}, {2, "a.example", 1, 10, failed, "userunknown"}},
       3,
       {{"keep", 190}, {"stop.block", 10}},
       [](StopRules& s) { s.count_answers("a.example", noon(2), 0, 10); }},
      {"the receiver is reinstated",
       year,
       3,
       {{"keep", 300}},
       [](StopRules& s) { s.reinstate_receiver("a.example", noon(3)); }},
      {"reinstated before the flood",
       year,
       3,
       {{"keep", 100}, {"stop.block", 200}},
       [](StopRules& s) { s.reinstate_receiver("a.example", noon(1)); }},
      {"another is reinstated",
       year,
       3,
       {{"keep", 100}, {"stop.block", 200}},
       [](StopRules& s) { s.reinstate_receiver("b.example", noon(3)); }},
      {"a provider is reinstated by its id",
       {{2, "outlook.com", 1, 60, failed, "userunknown"}},
       3,
       {{"keep", 60}},
       [](StopRules& s) { s.reinstate_receiver("microsoft-consumer", noon(3)); }},
      {"one address is reinstated",
       year,
       3,
       {{"keep", 101}, {"stop.block", 199}},
       [](StopRules& s) { s.reinstate("7@a.example", noon(3)); }},
      {"a dead address is reinstated",
       {{2, "a.example", 1, 2, failed, "userunknown"}},
       3,
       {{"keep", 1}, {"stop.userunknown", 1}},
       [](StopRules& s) { s.reinstate("1@A.example", noon(3)); }},
      {"and dies again",
       {{2, "a.example", 1, 1, failed, "userunknown"},
        {4, "a.example", 1, 1, failed, "userunknown"}},
       5,
       {{"stop.userunknown", 1}},
       [](StopRules& s) { s.reinstate("1@a.example", noon(3)); }},
      {"a reinstatement does not void a wish",
       {{2, "a.example", 1, 1, What::Unsubscribe}},
       3,
       {{"stop.unsubscribe", 1}},
       [](StopRules& s) {
         s.reinstate("1@a.example", noon(3));
         s.reinstate_receiver("a.example", noon(3));
       }},
      {"but where it says so",
       {{2, "a.example", 1, 1, What::Unsubscribe}},
       3,
       {{"keep", 1}},
       [](StopRules& s) { s.reinstate("1@a.example", noon(3), StopRules::Wishes::Void); }},
      {"and a later wish stands",
       {{4, "a.example", 1, 1, What::Unsubscribe}},
       5,
       {{"stop.unsubscribe", 1}},
       [](StopRules& s) { s.reinstate("1@a.example", noon(3), StopRules::Wishes::Void); }},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(judge(c.came, c.now, c.prepare).rules == c.want);
  }
}

TEST_CASE("a block by a policy of one's own") {
  const std::vector<Came> came = {kHistory, {2, "a.example", 1, 30, What::Failed, "userunknown"}};
  struct Case {
    const char* policy;
    Rules want;
  };
  const Rules held = {{"keep", 270}, {"stop.block", 30}};
  const Rules dropped = {{"keep", 270}, {"stop.userunknown", 30}};
  const Case cases[] = {
      {"", held},
      {"[block]\naction=\"ignore\"\n", dropped},
      {"[block]\nminimum=31\n", dropped},
      {"[block]\nminimum=30\n", held},
      {"[block]\npast=301\n", dropped},
      {"[block]\npast=301\nminimum_new=30\n", held},
      {"[block]\nhold=\"23h\"\n", {{"keep", 300}}},
      {"[block]\nhold=\"25h\"\n", held},
  };
  for (const auto& c : cases) {
    CAPTURE(c.policy);
    const auto policy = parse_policy(c.policy, "p");
    REQUIRE(policy);
    CHECK(judge(came, 3, nullptr, *policy).rules == c.want);
  }
}

TEST_CASE("what people are told of a block") {
  const auto found = judge({{1, "outlook.com", 1, 2988},
                            {1, "outlook.com", 2989, 3000, What::Failed, "suspend"},
                            {2, "outlook.com", 1, 2870, What::Failed, "userunknown"},
                            {2, "outlook.com", 2871, 3000}},
                           3);
  REQUIRE(found.blocks.size() == 1);
  const auto& block = found.blocks[0];
  CHECK(block.receiver == "microsoft-consumer");
  CHECK(block.held == 2870);
  CHECK(block_summary(block) == "2,870 of 3,000 refused on 2026-01-03, 0.4 % before");
  const auto warning = block_warning(block);
  CHECK(warning.find("2,870 held until 2026-01-10") != std::string::npos);
  CHECK(warning.find("ask for release at https://sendersupport.olc") != std::string::npos);
  CHECK(warning.find("--reinstate provider=microsoft-consumer") != std::string::npos);
  CHECK(block_evidence(block).starts_with(
      R"({"type":"block","receiver":"microsoft-consumer","day":"2026-01-03","refused":2870,)"
      R"("answers":3000,"summary":")"));

  // An address that is none may hold anything.
  const auto odd = judge({{2, "\x1b[31mred", 1, 50, What::Failed, "userunknown"}}, 3);
  REQUIRE(odd.blocks.size() == 1);
  CHECK(block_warning(odd.blocks[0]).find('\x1b') == std::string::npos);
  CHECK(judge({{2, std::string(300, 'a'), 1, 50, What::Failed, "userunknown"}}, 3).blocks.empty());

  // One that is over, or of a receiver that is reinstated, needs no words.
  CHECK(
      judge({kHistory, {2, "a.example", 1, 200, What::Failed, "userunknown"}}, 30).blocks.empty());
}

TEST_CASE("receivers by number") {
  ReceiverNumbers receivers(kHasher);
  const auto outlook = receivers.of_recipient("a@outlook.com");
  CHECK(outlook != 0);
  CHECK(receivers.of_recipient("b@hotmail.com") == outlook);
  CHECK(receivers.of_domain("hotmail.com") == outlook);
  CHECK(receivers.named("microsoft-consumer") == outlook);
  CHECK(receivers.name(outlook) == "microsoft-consumer");
  const auto a = receivers.of_recipient("a@a.example");
  CHECK(a != outlook);
  CHECK(receivers.of_recipient("b@b.example") != a);
  CHECK(receivers.named("a.example") == a);
  CHECK(receivers.name(a) == "a.example");
  CHECK(receivers.of_recipient("nobody") == 0);
  CHECK(receivers.name(0).empty());
  CHECK(receivers.name(99).empty());
}

TEST_CASE("reasons of a block are reasons") {
  int n = 0;
  for (const char* reason : {"userunknown", "hasmoved", "suspend", "notaccept", "filtered",
                             "badreputation", "blocked", "requireptr", "authfailure", "rejected"}) {
    CAPTURE(reason);
    CHECK(reason::is_reason(reason));
    CHECK(may_be_block(reason));
    ++n;
  }
  CHECK(n == 10);
  for (const char* reason : {"mailboxfull", "hostunknown", "expired", "networkerror",
                             "spamdetected", "mesgtoobig", "systemerror", "onhold", ""}) {
    CAPTURE(reason);
    CHECK_FALSE(may_be_block(reason));
  }
}

}  // namespace stop_blocks_test
