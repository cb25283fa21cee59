#include "reason/judge.h"

#include <doctest/doctest.h>

using namespace hagaki;
using reason::Rules;

TEST_CASE("words of every spelling are found") {
  struct Case {
    const char* name;
    const char* pattern;
    const char* text;
    bool want;
  };
  const Case cases[] = {
      {"large letters", "Mailbox FULL", "550 mailbox full", true},
      {"accents", "Boîte pleine", "boite pleine", true},
      {"accents at the end", "caixa cheiá", "Caixa cheia", true},
      {"a hyphen that is left out", "e-mail closed", "this email closed", true},
      {"a hyphen that stays", "x-no way", "see x-no way", true},
      {"typographic signs", "doesn’t", "it doesn't", true},
      {"fewer bytes than are looked up", "no", "say no", true},
      {"inside a word", "~box full", "mailbox full", true},
      {"not inside a word", "box full", "mailbox full", false},
      {"the end of a word", "full|", "box is full.", true},
      {"not the end of a word", "full|", "box is fully", false},
      {"begin and end", "^quota$", "552 quota", true},
      {"several pieces", "user*unknown", "user a is unknown", true},
      {"the first of them alone", "user*unknown", "user a is known", false},
      {"other words", "over quota", "user unknown", false},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto rules =
        Rules::parse(std::string(R"({"rules":[{"id":"a","reason":"expired","match":")") +
                     c.pattern + R"(","example":"x"}]})");
    REQUIRE(rules.has_value());
    CHECK((rules->judge({0, "", c.text, "", ""}).rule == "a") == c.want);
  }
}
