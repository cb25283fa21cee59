#include "preflight/preflight.h"

#include <doctest/doctest.h>

#include <string>

namespace hagaki::preflight {
namespace {

PreflightInput good() {
  PreflightInput input;
  input.from = "shop@example.jp";
  input.subject = "Hello {{name}}";
  input.list_unsubscribe = "<https://example.jp/u?e={{email|url}}>";
  input.list_unsubscribe_post = "List-Unsubscribe=One-Click";
  input.plain = "Hi. Leave at https://example.jp/u\n";
  return input;
}

std::string ids(const PreflightInput& input) {
  std::string joined;
  for (const Finding& finding : check_template(input)) {
    if (!joined.empty()) joined += ' ';
    joined += finding.id.text();
  }
  return joined;
}

TEST_CASE("preflight") {
  struct Case {
    const char* name;
    void (*change)(PreflightInput&);
    const char* want;
  };
  const Case cases[] = {
      {"all well", [](PreflightInput&) {}, ""},
      {"no From", [](PreflightInput& in) { in.from.reset(); }, "no-from"},
      {"From is none", [](PreflightInput& in) { in.from = "shop"; }, "bad-from"},
      {"From by recipient", [](PreflightInput& in) { in.from = "{{agent}}@x"; }, ""},
      {"one label", [](PreflightInput& in) { in.from = "shop@localhost"; }, "from-domain"},
      {"a literal", [](PreflightInput& in) { in.from = "shop@[192.0.2.1]"; }, "from-domain"},
      {"free mail", [](PreflightInput& in) { in.from = "shop@Gmail.com"; }, "free-mail-from"},
      {"no subject", [](PreflightInput& in) { in.subject = " "; }, "no-subject"},
      {"no body", [](PreflightInput& in) { in.plain = "\n\n"; }, "no-body no-way-out"},
      {"HTML only",
       [](PreflightInput& in) {
         in.plain.reset();
         in.html = "<p>Hi <a href='https://x'>leave</a>";
       },
       "html-only"},
      {"empty text beside HTML",
       [](PreflightInput& in) {
         in.plain = "";
         in.html = "<p>Hi <a href='https://x'>leave</a>";
       },
       "no-text"},
      {"empty HTML beside text", [](PreflightInput& in) { in.html = "<html><body></body></html>"; },
       "no-html"},
      {"long HTML", [](PreflightInput& in) { in.html = std::string(110000, 'a'); }, "html-clipped"},
      {"no List-Unsubscribe", [](PreflightInput& in) { in.list_unsubscribe.reset(); },
       "no-list-unsubscribe"},
      {"transactional needs none",
       [](PreflightInput& in) {
         in.list_unsubscribe.reset();
         in.plain = "Your key.";
         in.transactional = true;
       },
       ""},
      {"URL without brackets", [](PreflightInput& in) { in.list_unsubscribe = "https://x/u"; },
       "bad-list-unsubscribe"},
      {"plain http", [](PreflightInput& in) { in.list_unsubscribe = "<http://x/u?{{email}}>"; },
       "unsubscribe-http"},
      {"one URL for all", [](PreflightInput& in) { in.list_unsubscribe = "<https://x/u>"; },
       "unsubscribe-for-all"},
      {"mailto", [](PreflightInput& in) { in.list_unsubscribe = "<mailto:u@x.example>"; }, ""},
      {"no one-click", [](PreflightInput& in) { in.list_unsubscribe_post.reset(); },
       "no-one-click"},
      {"wrong one-click", [](PreflightInput& in) { in.list_unsubscribe_post = "yes"; },
       "bad-one-click"},
      {"no way out", [](PreflightInput& in) { in.plain = "Buy!"; }, "no-way-out"},
      {"two at once",
       [](PreflightInput& in) {
         in.from = "a@gmail.com";
         in.subject = "";
       },
       "free-mail-from no-subject"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    PreflightInput input = good();
    c.change(input);
    CHECK(ids(input) == c.want);
  }
}

TEST_CASE("what HTML shows") {
  struct Case {
    const char* name;
    const char* html;
    bool want;
  };
  const Case cases[] = {
      {"empty", "", false},
      {"text", "hi", true},
      {"tags only", "<html><body><p> </p></body></html>", false},
      {"head and style", "<head><title>x</title></head><style>p {}</style>", false},
      {"text behind a head", "<HEAD><title>x</title></HEAD><p>y", true},
      {"header is not head", "<header>x</header>", true},
      {"a comment", "<!-- hi -->", false},
      {"a picture", "<p><img src=x></p>", true},
      {"a field", "<p>{{text}}</p>", true},
      {"an open tag", "<p", false},
      {"an open comment", "<!-- hi", false},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK(shows_something(c.html) == c.want);
  }
}

}  // namespace
}  // namespace hagaki::preflight
