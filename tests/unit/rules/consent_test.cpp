#include "rules/consent.h"

#include <doctest/doctest.h>

#include <sstream>
#include <string>

#include "records/reader.h"

namespace hagaki::rules::consent_test {
namespace {

const Timestamp kNow = *parse_rfc3339("2026-11-21T12:00:00Z");

/// The refusal's name for a recipient; "" = may be mailed.
std::string refusal(const ConsentRules& rules, const std::string& json) {
  std::istringstream in(json);
  records::Reader reader(in, "t", [](const Error& e) { FAIL(e.text()); });
  const records::Line* line = reader.next();
  REQUIRE(line != nullptr);
  const ConsentFacts facts = consent_facts(*line);
  auto refused = rules.forbids(facts, kNow);
  if (!refused) refused = rules.lacks(facts);
  return refused ? std::string(refused->name) : "";
}

TEST_CASE("who may get a campaign") {
  struct Case {
    const char* name;
    const char* fields;
    const char* want;
  };
  const Case cases[] = {
      {"nothing known", R"("x":1)", "no-consent"},
      {"consent without basis", R"("consent":{"at":"2026-01-01T00:00:00Z"})", "no-consent"},
      {"consent is no object", R"("consent":"opt-in")", "no-consent"},
      {"express", R"("consent":{"basis":"express"})", ""},
      {"confirmed", R"("consent":{"basis":"confirmed"})", ""},
      {"written", R"("consent":{"basis":"written"})", ""},
      {"an answer to one thing", R"("consent":{"basis":"transactional"})", "refused-basis"},
      {"expired, of who has no basis", R"("consent":{"expires_at":"2020-01-01T00:00:00Z"})",
       "consent-expired"},
      {"opt-in", R"("consent":{"basis":"opt-in"})", ""},
      {"case", R"("consent":{"basis":"Double-Opt-In"})", ""},
      {"confirmed-opt-in", R"("consent":{"basis":"confirmed-opt-in"})", ""},
      {"customer", R"("consent":{"basis":"customer"})", ""},
      {"existing-relationship", R"("consent":{"basis":"existing-relationship"})", ""},
      {"business-card", R"("consent":{"basis":"business-card"})", ""},
      {"legal obligation", R"("consent":{"basis":"legal-obligation"})", ""},
      {"contract", R"("consent":{"basis":"contract"})", ""},
      {"bought list", R"("consent":{"basis":"purchased"})", "unknown-basis"},
      {"own interest", R"("consent":{"basis":"legitimate-interest"})", "refused-basis"},
      {"published, nobody knows where", R"("consent":{"basis":"published"})", "no-proof"},
      {"published on a page",
       R"("consent":{"basis":"published"},"provenance":{"ref":"https://example.jp/"})", ""},
      {"a notice against ads",
       R"("consent":{"basis":"published","evidence":"x"},"provenance":{"no_ads_notice":true})",
       "no-ads-notice"},
      {"a notice, whatever the basis",
       R"("consent":{"basis":"opt-in"},"provenance":{"no_ads_notice":true})", "no-ads-notice"},
      {"a notice in doubt", R"("consent":{"basis":"opt-in"},"provenance":{"no_ads_notice":"yes"})",
       "no-ads-notice"},
      {"looked for and not found",
       R"("consent":{"basis":"opt-in"},"provenance":{"no_ads_notice":false})", ""},
      {"expired", R"("consent":{"basis":"opt-in","expires_at":"2026-11-21T12:00:00Z"})",
       "consent-expired"},
      {"not yet expired",
       R"("consent":{"basis":"opt-in","expires_at":"2026-11-21T21:00:01+09:00"})", ""},
      {"a number", R"("consent":{"basis":"opt-in","expires_at":1577836800})", "consent-expired"},
      {"a list", R"("consent":{"basis":"opt-in","expires_at":["2030-01-01"]})", "consent-expired"},
      {"null", R"("consent":{"basis":"opt-in","expires_at":null})", ""},
      {"a day to come", R"("consent":{"basis":"opt-in","expires_at":"2026-11-22"})", ""},
      {"today", R"("consent":{"basis":"opt-in","expires_at":"2026-11-21"})", "consent-expired"},
      {"as lists write it", R"("consent":{"basis":"opt-in","expires_at":"2027年4月1日"})", ""},
      {"the first of two counts",
       R"("consent":{"basis":"opt-in","expires_at":null,"expires_at":"2020-01-01"},)"
       R"("provenance":{"no_ads_notice":false,"no_ads_notice":true})",
       ""},
      {"no time", R"("consent":{"basis":"opt-in","expires_at":"next year"})", "consent-expired"},
  };
  const ConsentRules rules = ConsentRules::builtin();
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK(refusal(rules, std::string(R"({"email":"a@b.example",)") + c.fields + "}\n") == c.want);
  }
}

TEST_CASE("rules of one's own") {
  const auto rules =
      ConsentRules::parse("[[basis]]\nname = 'Member'\ncampaign = true\n", "my.toml");
  REQUIRE(rules);
  CHECK(refusal(*rules, R"({"email":"a@b.example","consent":{"basis":"member"}})") == "");
  CHECK(refusal(*rules, R"({"email":"a@b.example","consent":{"basis":"opt-in"}})") ==
        "unknown-basis");
}

TEST_CASE("a basis that is named for a whole list") {
  const ConsentRules rules = ConsentRules::builtin();
  for (const char* good : {"express", "Opt-In", "written", "published", "名刺"}) {
    CAPTURE(good);
    CHECK(rules.check_basis(good));
  }
  CHECK(rules.check_basis("purchased").error().message ==
        "basis \"purchased\" is not among the known ones: express, confirmed, customer, written, "
        "published, contract, legal-obligation");
  CHECK(rules.check_basis("transactional")
            .error()
            .message.starts_with("basis \"transactional\" is no ground for a campaign: "));
}

TEST_CASE("rules that are wrong") {
  struct Case {
    const char* name;
    const char* text;
    const char* want;
  };
  const Case cases[] = {
      {"empty", "", "my.toml: no [[basis]] in it"},
      {"unknown table", "[x]\n", "my.toml:1: no such setting \"x\""},
      {"unknown field", "[[basis]]\nname='a'\nuse=true\n",
       "my.toml:3: \"use\" of a basis is not understood"},
      {"no name", "\n[[basis]]\ncampaign=true\n", "my.toml:2: a basis needs a name"},
      {"aliases alone", "[[basis]]\naliases=['b']\n", "my.toml:1: a basis needs a name"},
      {"an alias that is none", "[[basis]]\nname='a'\naliases=['b', 1]\n",
       "my.toml:3: an alias is a text"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const auto rules = ConsentRules::parse(c.text, "my.toml");
    REQUIRE_FALSE(rules);
    CHECK(rules.error().text() == c.want);
    CHECK(rules.error().code == ErrorCode::Config);
  }
  CHECK_FALSE(ConsentRules::parse("= x", "my.toml"));
}

}  // namespace
}  // namespace hagaki::rules::consent_test
