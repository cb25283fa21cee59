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

TEST_CASE("advice that is incomplete is refused") {
  struct Case {
    const char* name;
    const char* json;
  };
  const Case cases[] = {
      {"not JSON", "{"},
      {"no reasons", "{}"},
      {"language missing", R"({"reasons":{"expired":{"en":{"cause":"c","remedy":"r"}}}})"},
      {"remedy missing", R"({"reasons":{"expired":{"ja":{"cause":"c"}}}})"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK_FALSE(Advisor::parse(c.json, "ja").has_value());
  }
}
