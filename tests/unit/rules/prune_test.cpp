#include "rules/prune.h"

#include <doctest/doctest.h>

#include <sstream>

#include "records/object.h"
#include "records/reader.h"

namespace prune_test {

using namespace hagaki;
using namespace hagaki::rules;

namespace {

const KeyHasher kHasher("0123456789abcdef");

/// What becomes of each recipient of a list, in order: "keep" or the rule.
std::vector<std::string> prune(std::string_view list, const Suppression& suppression,
                               std::string_view events, const Policy& policy = default_policy()) {
  StopRules stop(policy, kHasher);
  const auto fail_test = [](const Error& e) { FAIL(e.text()); };
  std::istringstream log{std::string(events)};
  records::Reader events_in(log, "log", fail_test);
  while (const auto* line = events_in.next()) {
    const auto event = records::read_event(*line);
    REQUIRE(event);
    if (*event) stop.add(**event, *line, "log:1");
  }
  stop.settle(*parse_rfc3339("2026-11-22T00:00:00Z"));
  Pruner pruner(policy, suppression, stop, kHasher);
  std::istringstream in{std::string(list)};
  records::Reader reader(in, "list", fail_test);
  std::vector<std::string> out;
  while (const auto* line = reader.next()) {
    const auto decision = pruner.judge(*line);
    out.push_back(decision ? decision->rule : "keep");
  }
  return out;
}

}  // namespace

TEST_CASE("one recipient through all rules") {
  struct Case {
    std::string name;
    std::string list;
    std::vector<std::string> want;
  };
  const Case cases[] = {
      {"kept", R"({"email":"good@example.jp"})", {"keep"}},
      {"no address", R"({"email":"no address"})", {"hygiene.syntax"}},
      {"carrier dots are addresses", R"({"email":"da..ta.@docomo.ne.jp"})", {"keep"}},
      {"dead by events, another spelling", R"({"email":"Dead@EXAMPLE.jp"})", {"stop.userunknown"}},
      {"suppressed before dead", R"({"email":"both@example.jp"})", {"suppress.address"}},
      {"domain without mail",
       R"({"email":"a@b.example","domain":"b.example","mx_status":"null-mx"})",
       {"hygiene.null-mx"}},
      {"no such domain",
       R"({"email":"a@b.example","mx_status":"no-domain"})",
       {"hygiene.no-domain"}},
      {"no mail host",
       R"({"email":"a@b.example","mx_status":"no-mail-host"})",
       {"hygiene.no-mail-host"}},
      {"asked in vain", R"({"email":"a@b.example","mx_status":"retry"})", {"keep"}},
      {"error", R"({"email":"a@b.example","mx_status":"error"})", {"keep"}},
      {"implicit MX", R"({"email":"a@b.example","mx_status":"implicit"})", {"keep"}},
      {"twice",
       "{\"email\":\"a@b.example\"}\n{\"email\":\"a@b.example\",\"name\":\"A\"}",
       {"keep", "hygiene.duplicate"}},
      {"twice by case",
       "{\"email\":\"A@b.example\"}\n{\"email\":\"a@B.Example\"}",
       {"keep", "hygiene.duplicate"}},
      {"twice by IDN",
       "{\"email\":\"a@日本.example\"}\n{\"email\":\"a@xn--wgv71a.example\"}",
       {"keep", "hygiene.duplicate"}},
      {"twice by quotes",
       "{\"email\":\"\\\"a\\\"@b.example\"}\n{\"email\":\"a@b.example\"}",
       {"keep", "hygiene.duplicate"}},
      {"plus tags are other addresses",
       "{\"email\":\"a+1@b.example\"}\n{\"email\":\"a@b.example\"}",
       {"keep", "keep"}},
      {"a pruned one is no first",
       "{\"email\":\"a@b.example\",\"mx_status\":\"no-domain\"}\n{\"email\":\"a@b.example\"}",
       {"hygiene.no-domain", "keep"}},
  };
  Suppression suppression(kHasher);
  REQUIRE(suppression.add("both@example.jp", "s", 1));
  const char* events =
      R"({"type":"delivery","v":1,"event":"failed","email":"dead@example.jp","reason":"userunknown"})"
      "\n"
      R"({"type":"delivery","v":1,"event":"failed","email":"both@example.jp","reason":"userunknown"})";
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(prune(c.list, suppression, events) == c.want);
  }
}

TEST_CASE("who is tagged is kept, unless another rule is against it") {
  const auto policy = parse_policy("[stop.userunknown]\naction = \"tag\"\n", "p");
  REQUIRE(policy);
  const Suppression suppression(kHasher);
  const char* events =
      R"({"type":"delivery","v":1,"event":"failed","email":"a@b.example","reason":"userunknown"})";
  const std::string list =
      "{\"email\":\"a@b.example\"}\n{\"email\":\"a@b.example\"}\n"
      "{\"email\":\"c@b.example\"}\n{\"email\":\"A@b.example\",\"mx_status\":\"null-mx\"}";
  CHECK(
      prune(list, suppression, events, *policy) ==
      std::vector<std::string>{"stop.userunknown", "hygiene.duplicate", "keep", "hygiene.null-mx"});
}

TEST_CASE("who engaged after the failures is kept") {
  const char* events =
      R"({"type":"delivery","v":1,"event":"failed","email":"a@b.example","reason":"userunknown",)"
      R"("time":"2026-11-10T00:00:00Z"})";
  struct Case {
    std::string engaged;
    std::string want;
  };
  const Case cases[] = {
      {R"("2026-11-11T00:00:00Z")", "keep"},
      {R"("2026-11-09T00:00:00Z")", "stop.userunknown"},
      {R"("2026-11-10T00:00:00Z")", "stop.userunknown"},
      {R"("2027-11-11T00:00:00Z")", "stop.userunknown"},  // still to come
      {R"("yesterday")", "stop.userunknown"},
      {"null", "stop.userunknown"},
      {"5", "stop.userunknown"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.engaged);
    CHECK(prune(R"({"email":"a@b.example","last_engaged_at":)" + c.engaged + "}",
                Suppression(kHasher), events) == std::vector<std::string>{c.want});
  }
}

TEST_CASE("a record of somebody to be told another way names the ways") {
  std::istringstream in(
      R"({"email":"a@b.example","phone":"+81 3 1234 5678","alt_email":"a@c.example"})");
  records::Reader reader(in, "list", [](const Error& e) { FAIL(e.text()); });
  const auto* line = reader.next();
  REQUIRE(line);
  Decision decision;
  decision.rule = "stop.mailboxfull";
  decision.action = Action::Notify;
  CHECK(
      pruned_record(*line, decision, nullptr)
          .starts_with(R"({"type":"pruned","v":1,"email":"a@b.example","rule":"stop.mailboxfull",)"
                       R"("action":"notify","alt_email":"a@c.example","phone":"+81 3 1234 5678",)"
                       R"("evidence":[],"record":{)"));
  decision.action = Action::Drop;
  CHECK(pruned_record(*line, decision, nullptr).find("alt_email") >
        pruned_record(*line, decision, nullptr).find("record"));
}

TEST_CASE("a pruned record keeps the recipient's line byte for byte") {
  std::istringstream in("{ \"email\": \"a@example.jp\", \"n\": 1.50, \"名\": \"\\u5c71\" }\n");
  records::Reader reader(in, "list", [](const Error& e) { FAIL(e.text()); });
  const auto* line = reader.next();
  REQUIRE(line);
  Decision decision;
  decision.rule = "stop.mailboxfull";
  decision.action = Action::Hold;
  decision.until = parse_rfc3339("2026-12-01T00:00:00Z");
  decision.evidence = {R"({"time":"x"})", R"({"time":"y"})"};
  CHECK(
      pruned_record(*line, decision, nullptr) ==
      R"({"type":"pruned","v":1,"email":"a@example.jp","rule":"stop.mailboxfull","action":"hold",)"
      R"("until":"2026-12-01T00:00:00.000Z","evidence":[{"time":"x"},{"time":"y"}],)"
      R"("record":{ "email": "a@example.jp", "n": 1.50, "名": "\u5c71" }})");

  const auto advisor = reason::Advisor::builtin("en");
  const auto* advice = advisor.find("mailboxfull");
  REQUIRE(advice);
  records::Object words;
  words.add("cause", advice->cause).add("remedy", advice->remedy);
  CHECK(pruned_record(*line, decision, &advisor).ends_with("}," + words.fragment() + "}"));
}

}  // namespace prune_test
