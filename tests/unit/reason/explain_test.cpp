#include "reason/explain.h"

#include <doctest/doctest.h>

#include "reason/judge.h"

using namespace hagaki;
using reason::Advisor;

TEST_CASE("every reason a rule can give is explained in both languages") {
  for (const char* language : {"en", "ja"}) {
    const auto advisor = Advisor::builtin(language);
    for (const auto& rule : reason::Rules::embedded().rows()) {
      CAPTURE(rule.reason);
      CHECK(advisor.find(rule.reason) != nullptr);
    }
    for (const char* name : {"onhold", "undefined", "feedback", "vacation", "unsubscribe"}) {
      CHECK(advisor.find(name) != nullptr);
    }
    CHECK(advisor.find("sad") == nullptr);
  }
}

TEST_CASE("languages differ, unknown ones are English") {
  const auto en = Advisor::builtin("en");
  const auto ja = Advisor::builtin("ja");
  CHECK(en.find("userunknown")->cause != ja.find("userunknown")->cause);
  CHECK(Advisor::builtin("de").find("userunknown")->cause == en.find("userunknown")->cause);
}

TEST_CASE("what a case needs besides its reason") {
  struct Case {
    const char* name;
    reason::Happened happened;
    const char* cause;   ///< words in it
    const char* remedy;  ///< likewise
  };
  const Case cases[] = {
      {"a reason alone", {.reason = "mailboxfull"}, "mailbox is full", "two or three"},
      {"no reason, but a code", {.reason = "onhold", .code = 552}, "storage", "diagnostic"},
      {"a known reason outranks its code", {.reason = "expired", .code = 552}, "tries", "provider"},
      {"a forward",
       {.reason = "userunknown", .email = "a@example.jp", .final_to = "b@example.net"},
       "b@example.net",
       "a@example.jp"},
      {"the same address in other letters",
       {.reason = "userunknown", .email = "a@example.jp", .final_to = "A@example.JP"},
       "no mailbox",
       "Stop"},
      {"a complaint is about no forward",
       {.reason = "feedback", .email = "a@example.jp", .final_to = "b@example.net"},
       "spam",
       "Stop"},
  };
  const auto advisor = Advisor::builtin("en");
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto advice = advisor.advise(c.happened);
    CHECK(advice.cause.find(c.cause) != std::string::npos);
    CHECK(advice.remedy.find(c.remedy) != std::string::npos);
  }
  CHECK(advisor.advise({.reason = "sad"}).cause.empty());
  const auto ja = Advisor::builtin("ja").advise(
      {.reason = "expired", .email = "a@example.jp", .final_to = "b@example.net"});
  CHECK(ja.cause.find("転送") != std::string::npos);
}

TEST_CASE("the words that customers know are judged as they are explained") {
  struct Case {
    const char* words;
    const char* reason;
  };
  const Case cases[] = {
      {"User unknown", "userunknown"},
      {"no mailbox here by that name", "userunknown"},
      {"Host unknown", "hostunknown"},
      {"Host not found", "hostunknown"},
      {"Host or domain name not found", "hostunknown"},
      {"Name server timeout", "networkerror"},
      {"over quota", "mailboxfull"},
      {"maildir over quota", "mailboxfull"},
      {"exceeds remaining quota", "mailboxfull"},
      {"mailbox is full", "mailboxfull"},
      {"exceeds maximum fixed size", "mesgtoobig"},
      {"Message is too large", "mesgtoobig"},
      {"message could not be delivered for 5 days", "expired"},
      {"unusual rate of unsolicited mail originating from your IP address", "speeding"},
      {"part of their network is on our block list", "blocked"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.words);
    CHECK(reason::Rules::embedded().judge({0, "", c.words, "", ""}).reason == c.reason);
  }
}

TEST_CASE("each code that customers are told about has a text") {
  for (const char* language : {"en", "ja"}) {
    const auto advisor = Advisor::builtin(language);
    const std::string vague = advisor.find("onhold")->cause;
    for (const int code :
         {421, 450, 451, 452, 453, 500, 501, 503, 504, 521, 530, 550, 551, 552, 553, 554}) {
      CAPTURE(code);
      CHECK(advisor.advise({.reason = "onhold", .code = code}).cause != vague);
    }
  }
}

TEST_CASE("advice that is incomplete is refused") {
  struct Case {
    const char* name;
    const char* json;
  };
  const Case cases[] = {
      {"not JSON", "{"},
      {"no reasons", "{}"},
      {"language missing", R"({"reasons":{"expired":{"en":{"cause":"c","remedy":"r"}}}})"},
      {"code without the language",
       R"({"reasons":{"expired":{"ja":{"cause":"c","remedy":"r"}}},"codes":{"550":{"en":"x"}}})"},
      {"remedy missing", R"({"reasons":{"expired":{"ja":{"cause":"c"}}}})"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK_FALSE(Advisor::parse(c.json, "ja").has_value());
  }
}
