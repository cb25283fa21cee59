#include "preflight/catalogue.h"

#include <doctest/doctest.h>

#include <set>

#include "base/text.h"

namespace hagaki::preflight {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

TEST_CASE("ids that can be raised and rows are the same") {
  std::set<std::string> ids;
  for (const auto id : kMessageIds) ids.emplace(id);
  for (const auto id : kSenderIds) ids.emplace(id);
  CHECK(ids.size() == kMessageIds.size() + kSenderIds.size());
  for (const char* language : {"en", "ja"}) {
    CAPTURE(language);
    std::set<std::string> rows;
    const auto catalogue = Catalogue::builtin(language);
    for (const Row& row : catalogue.rows()) {
      CAPTURE(row.id);
      rows.insert(row.id);
      for (const std::string& text : {row.what, row.receivers, row.remedy}) {
        CAPTURE(text);
        CHECK(printable(text) == text);
        CHECK(is_ascii(text) == (std::string(language) == "en"));
      }
    }
    CHECK(rows == ids);
  }
}

TEST_CASE("languages differ in texts and in nothing else; unknown ones are English") {
  const auto en = Catalogue::builtin("en");
  const auto ja = Catalogue::builtin("ja");
  REQUIRE(en.rows().size() == ja.rows().size());
  for (std::size_t i = 0; i < en.rows().size(); ++i) {
    CHECK(en.rows()[i].id == ja.rows()[i].id);
    CHECK(en.rows()[i].severity == ja.rows()[i].severity);
    CHECK(en.rows()[i].what != ja.rows()[i].what);
  }
  CHECK(Catalogue::builtin("de").of("no-from").what == en.of("no-from").what);
}

TEST_CASE("what an unknown id may have meant") {
  struct Case {
    const char* name;
    const char* id;
    const char* want;
  };
  const Case cases[] = {
      {"a letter wrong", "no-form", "no-from"},
      {"a letter missing", "html-olny", "html-only"},
      {"a word of it", "one-click", "bad-one-click no-one-click"},
      {"nothing like it", "quarterly-report", ""},
      {"nothing", "", ""},
  };
  const auto catalogue = Catalogue::builtin("en");
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const std::string got = joined(catalogue.close_to(c.id));
    CHECK(got.substr(0, std::string(c.want).size()) == c.want);
    if (*c.want == '\0') CHECK(got.empty());
  }
}

TEST_CASE("a broken file is refused") {
  struct Case {
    const char* name;
    const char* json;
  };
  const Case cases[] = {
      {"not JSON", "{"},
      {"no list", "{}"},
      {"no object", R"({"findings":["x"]})"},
      {"no severity",
       R"({"findings":[{"id":"x","source":"s","en":{"what":"w","receivers":"r","remedy":"m"}}]})"},
      {"no such language",
       R"({"findings":[{"id":"x","severity":"error","source":"s","ja":{"what":"w","receivers":"r","remedy":"m"}}]})"},
      {"no remedy",
       R"({"findings":[{"id":"x","severity":"error","source":"s","en":{"what":"w","receivers":"r"}}]})"},
      {"no source",
       R"({"findings":[{"id":"x","severity":"error","en":{"what":"w","receivers":"r","remedy":"m"}}]})"},
      {"twice",
       R"({"findings":[{"id":"x","severity":"error","source":"s","en":{"what":"w","receivers":"r","remedy":"m"}},
                       {"id":"x","severity":"error","source":"s","en":{"what":"w","receivers":"r","remedy":"m"}}]})"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK_FALSE(Catalogue().add(c.json, "en").has_value());
  }
}

}  // namespace
}  // namespace hagaki::preflight
