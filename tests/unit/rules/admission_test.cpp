#include "rules/admission.h"

#include <doctest/doctest.h>

#include <sstream>
#include <string>

#include "records/reader.h"

namespace hagaki::rules::admission_test {
namespace {

const Timestamp kNow = *parse_rfc3339("2026-11-21T12:00:00Z");

Verdict judge(Admission::Settings settings, const std::string& fields) {
  std::istringstream in(R"({"email":"a@b.example",)" + fields + "}\n");
  records::Reader reader(in, "t", [](const Error& e) { FAIL(e.text()); });
  const records::Line* line = reader.next();
  REQUIRE(line != nullptr);
  settings.now = kNow;
  return Admission(std::move(settings)).judge(consent_facts(*line));
}

/// "no-consent no-one-click*": the rules against one, with a star where they hold in bulk only;
/// "asserted" for who is mailed on that.
std::string words(const Verdict& verdict) {
  std::string out;
  for (const Refusal& refusal : verdict.refusals) {
    out += (out.empty() ? "" : " ") + std::string(refusal.name);
  }
  if (!out.empty() && verdict.in_bulk_only) out += '*';
  if (verdict.on_assertion) out += out.empty() ? "asserted" : " asserted";
  return out;
}

TEST_CASE("what is refused, and what overrides it") {
  struct Case {
    const char* name;
    const char* fields;
    const char* plain;          // with no option
    const char* asserted;       // with --assert-consent
    const char* published;      // with --allow-published
    const char* transactional;  // with --transactional
  };
  constexpr const char* kPage =
      R"("provenance":{"method":"web","ref":"https://b.example/","at":"2026-11-01T00:00:00Z",)"
      R"("no_ads_notice":false})";
  const std::string page_of_customer = std::string(R"("consent":{"basis":"customer"},)") + kPage;
  const Case cases[] = {
      {"express", R"("consent":{"basis":"express"})", "", "", "", ""},
      {"nothing", R"("x":1)", "no-consent*", "asserted", "no-consent*", ""},
      {"imported", R"("provenance":{"method":"import","ref":"a.csv:1"})", "no-consent*", "asserted",
       "no-consent*", ""},
      {"published, nobody knows where", R"("consent":{"basis":"published"})", "no-proof*",
       "no-proof*", "no-proof*", ""},
      {"made up", R"("consent":{"basis":"express"},"provenance":{"method":"generated"})",
       "generated", "generated", "generated", "generated"},
      {"made up, in capitals", R"("provenance":{"method":"Generated"})", "generated", "generated",
       "generated", "generated"},
      {"a notice", R"("provenance":{"method":"web","no_ads_notice":true})", "no-ads-notice",
       "no-ads-notice", "no-ads-notice", ""},
      {"expired", R"("consent":{"basis":"express","expires_at":"2020-01-01T00:00:00Z"})",
       "consent-expired", "consent-expired", "consent-expired", ""},
      {"refused", R"("consent":{"basis":"legitimate-interest"})", "refused-basis", "refused-basis",
       "refused-basis", ""},
      {"unknown", R"("consent":{"basis":"purchased"})", "unknown-basis", "unknown-basis",
       "unknown-basis", ""},
      {"an answer", R"("consent":{"basis":"transactional"})", "refused-basis", "refused-basis",
       "refused-basis", ""},
      {"from a page", kPage, "from-web no-consent*", "from-web* asserted", "", ""},
      {"from a page, a customer now", page_of_customer.c_str(), "from-web*", "from-web*", "", ""},
      {"from a page, on a day",
       R"("provenance":{"method":"web","ref":"https://b.example/","at":"2026-11-01",)"
       R"("no_ads_notice":false})",
       "from-web no-consent*", "from-web* asserted", "", ""},
      {"from a page, published",
       R"("consent":{"basis":"published"},"provenance":{"method":"web","ref":"http://b.example",)"
       R"("at":"2026-11-01T09:00:00+09:00","no_ads_notice":false})",
       "from-web*", "from-web*", "", ""},
      {"from a page, nobody looked for a notice",
       R"("provenance":{"method":"web","ref":"https://b.example/","at":"2026-11-01T00:00:00Z"})",
       "from-web no-consent*", "from-web* asserted", "from-web no-consent*", ""},
      {"from a page, without a date",
       R"("provenance":{"method":"web","ref":"https://b.example/","no_ads_notice":false})",
       "from-web no-consent*", "from-web* asserted", "from-web no-consent*", ""},
      {"from a page, no time",
       R"("provenance":{"method":"web","ref":"https://b.example/","at":"May","no_ads_notice":false})",
       "from-web no-consent*", "from-web* asserted", "from-web no-consent*", ""},
      {"from a page that is a file",
       R"("provenance":{"method":"web","ref":"pages.html","at":"2026-11-01T00:00:00Z",)"
       R"("no_ads_notice":false})",
       "from-web no-consent*", "from-web* asserted", "from-web no-consent*", ""},
      {"from a page that is only a scheme",
       R"("provenance":{"method":"web","ref":"https://","at":"2026-11-01T00:00:00Z",)"
       R"("no_ads_notice":false})",
       "from-web no-consent*", "from-web* asserted", "from-web no-consent*", ""},
      {"provenance is a text", R"("provenance":"web")", "no-consent*", "asserted", "no-consent*",
       ""},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK(words(judge({}, c.fields)) == c.plain);
    Admission::Settings settings;
    settings.asserted = true;
    CHECK(words(judge(settings, c.fields)) == c.asserted);
    settings.asserted = false;
    settings.allow_published = true;
    CHECK(words(judge(settings, c.fields)) == c.published);
    settings.transactional = true;
    CHECK(words(judge(settings, c.fields)) == c.transactional);
  }
}

TEST_CASE("the campaign's own faults hold for everybody, in bulk") {
  Admission::Settings settings;
  settings.faults = {{"no-one-click", "…"}, {"no-sender-identity", "…"}};
  CHECK(words(judge(settings, R"("consent":{"basis":"express"})")) ==
        "no-one-click no-sender-identity*");
  CHECK(words(judge(settings, R"("x":1)")) == "no-consent no-one-click no-sender-identity*");
  CHECK(words(judge(settings, R"("provenance":{"method":"generated"})")) == "generated");
  settings.asserted = true;
  CHECK(words(judge(settings, R"("x":1)")) == "no-one-click no-sender-identity* asserted");
}

TEST_CASE("counting heads") {
  Headcount heads;
  for (std::size_t i = 0; i + 1 < kBulk; ++i) {
    const std::string key = std::to_string(i);
    heads.count(key);
    heads.count(key);
  }
  CHECK_FALSE(heads.is_bulk());
  heads.count("another");
  CHECK(heads.is_bulk());
  heads.count("another");
  CHECK(heads.is_bulk());
}

}  // namespace
}  // namespace hagaki::rules::admission_test
