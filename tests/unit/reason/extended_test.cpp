#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "reason/judge.h"

using namespace hagaki;
using reason::Rules;

namespace {

std::size_t place_of(const Rules& rules, std::string_view id) {
  const auto& rows = rules.rows();
  const auto it =
      std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.id == id; });
  return static_cast<std::size_t>(it - rows.begin());
}

}  // namespace

TEST_CASE("a row with a known id replaces that rule where it stands") {
  const auto rules = Rules::extended(R"({"rules":[
      {"id":"user-1","reason":"onhold","match":"bird has flown","example":"the bird has flown"}]})");
  REQUIRE(rules.has_value());
  const auto& builtin = Rules::embedded();
  CHECK(rules->rows().size() == builtin.rows().size());
  CHECK(place_of(*rules, "user-1") == place_of(builtin, "user-1"));
  CHECK(rules->judge({0, "", "the bird has flown", "", ""}).reason == "onhold");
}

TEST_CASE("other rows go between the providers' and the general ones") {
  const auto rules = Rules::extended(R"({"rules":[
      {"id":"ours-1","reason":"suspend","match":"user unknown since","example":"user unknown since May"},
      {"id":"ours-2","reason":"filtered","match":"user unknown","example":"user unknown"}]})");
  REQUIRE(rules.has_value());
  CHECK(rules->rows().size() == Rules::embedded().rows().size() + 2);
  CHECK(place_of(*rules, "ours-2") == place_of(*rules, "ours-1") + 1);
  CHECK(place_of(*rules, "ours-1") > place_of(*rules, "g-unknown"));
  CHECK(place_of(*rules, "ours-2") < place_of(*rules, "user-1"));
  CHECK(rules->judge({550, "", "User unknown since 2020", "", ""}).reason == "suspend");
  CHECK(rules->judge({550, "", "User unknown", "", ""}).reason == "filtered");
}

TEST_CASE("a row may say before which rule it goes, and switch one off") {
  const auto rules = Rules::extended(R"({"rules":[
      {"id":"first","reason":"onhold","match":"yes","code":"2","before":"delivered-code",
       "example":{"code":250,"text":"yes"}},
      {"id":"delivered-status","off":true}]})");
  REQUIRE(rules.has_value());
  CHECK(place_of(*rules, "first") == 0);
  CHECK(place_of(*rules, "delivered-status") == rules->rows().size());
}

TEST_CASE("rows that cannot be taken are named") {
  struct Case {
    const char* name;
    const char* json;
    const char* text;
  };
  const Case cases[] = {
      {"decided by another rule",
       R"({"rules":[{"id":"a","reason":"expired","match":"zzz","example":"250 Ok"}]})",
       "rule a: its example is decided by no rule (onhold)"},
      {"an earlier rule decides",
       R"({"rules":[{"id":"a","reason":"expired","match":"zzz","example":{"code":250,"text":"zzz"}}]})",
       "rule a: its example is decided by rule delivered-code (delivered)"},
      {"off without being there", R"({"rules":[{"id":"a","off":true}]})",
       "rule a: is switched off and not there"},
      {"before nothing",
       R"({"rules":[{"id":"a","reason":"expired","match":"x","example":"x","before":"b"}]})",
       "rule a: \"before\" names a rule that is not there: b"},
      {"no JSON", "rules", "not JSON: "},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto got = Rules::extended(c.json);
    REQUIRE_FALSE(got.has_value());
    CHECK(got.error().code == ErrorCode::Config);
    CHECK(got.error().text().find(c.text) == 0);
  }
}
