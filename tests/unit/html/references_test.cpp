#include "html/references.h"

#include <doctest/doctest.h>

#include <string>

namespace hagaki::html {
namespace {

TEST_CASE("pictures named by relative paths") {
  struct Case {
    const char* name;
    const char* html;
    const char* want;  // "path=what stands there" of each
  };
  static constexpr Case kCases[] = {
      {"none", "<p>Hello</p>", ""},
      {"a picture", "<img src=\"logo.png\">", "logo.png=logo.png "},
      {"without quotes", "<img alt=x src=logo.png>", "logo.png=logo.png "},
      {"single quotes and blanks", "<IMG SRC=' a/b.png '>", "a/b.png=a/b.png "},
      {"percent-encoded", "<img src='my%20logo.png'>", "my logo.png=my%20logo.png "},
      {"a character reference", "<img src='a&amp;b.png'>", "a&b.png=a&amp;b.png "},
      {"Japanese", "<img src=写真.jpg>", "写真.jpg=写真.jpg "},
      {"URLs are none",
       "<img src=https://example.jp/a.png><img src=//example.jp/a.png><img "
       "src='data:image/png;base64,AA=='><img src=cid:x>",
       ""},
      {"merge tags are none", "<img src='{{picture}}'><img src='a/{{b}}.png'>", ""},
      {"background", "<table background=bg.png><tr><td background='c.png'>",
       "bg.png=bg.png c.png=c.png "},
      {"styles", "<div style=\"background: url( 'bg.png' ) no-repeat\">", "bg.png=bg.png "},
      {"quotes in a style as references", "<i style=\"a:url(&quot;bg.png&quot;)\">",
       "bg.png=bg.png "},
      {"an ampersand in a style", "<i style=\"a:url(a&amp;b.png)\">", "a&b.png=a&amp;b.png "},
      {"two in a style", "<i style='a:url(x.png);b:url(y.png)'>", "x.png=x.png y.png=y.png "},
      {"links are none", "<a href='page.html'>x</a><script src=a.js></script>", ""},
      {"twice", "<img src=a.png><img src=a.png>", "a.png=a.png a.png=a.png "},
      {"empty", "<img src=''><img src>", ""},
      {"quotes around nothing", "<img src=\"''\">", ""},
      {"an element that opens again in the next paragraph",
       "<b style='x:url(a.png)'><p>One</b>Two</p>", "a.png=a.png "},
      {"a link across blocks", "<a style='x:url(a.png)'><div>One<a>Two</div>", "a.png=a.png "},
      {"above", "<img src='../a.png'>", "../a.png=../a.png "},
      {"a sections' tag beside it", "{{#vip}}<img src=a.png>{{/vip}}", "a.png=a.png "},
  };
  for (const Case& c : kCases) {
    CAPTURE(c.name);
    const auto references = local_references(c.html);
    REQUIRE(references);
    std::string got;
    for (const Reference& r : *references) {
      got += r.path + "=" + std::string(c.html).substr(r.begin, r.end - r.begin) + " ";
    }
    CHECK(got == c.want);
  }
}

}  // namespace
}  // namespace hagaki::html
