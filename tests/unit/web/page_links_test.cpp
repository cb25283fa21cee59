#include "web/page_links.h"

#include <doctest/doctest.h>

#include <string>

namespace hagaki::web {
namespace {

TEST_CASE("the links of a page") {
  struct Case {
    const char* what;
    const char* html;
    const char* want;  ///< base, then each link
  };
  static constexpr Case kCases[] = {
      {"in their order", "<a href=b.html>b</a><a href='/c'>c</a>", "|b.html|/c"},
      {"each once", "<a href=b>b</a><a href=b>b</a><a href=b#c>c</a>", "|b"},
      {"blanks and line ends", "<a href='\n b.html '>b</a>", "|b.html"},
      {"entities", "<a href='?a=1&amp;b=2'>b</a>", "|?a=1&b=2"},
      {"within the page", "<a href='#top'>up</a><a href=''>here</a>", ""},
      {"without a target", "<a name=x>b</a>", ""},
      {"areas of a map", "<map><area href=b></map>", "|b"},
      {"no other elements", "<link href=a.css><img src=b.png><form action=c></form>", ""},
      {"base", "<base href='https://x.example/y/'><a href=b>b</a>", "https://x.example/y/|b"},
      {"the first base", "<base target=_top><base href=/1/><base href=/2/>", "/1/"},
      {"nofollow at the link", "<a href=a rel='noopener nofollow'>a</a><a href=b>b</a>", "|b"},
      {"nofollow of the page", "<meta name=robots content='noindex, nofollow'><a href=b>b</a>", ""},
      {"none", "<meta name=ROBOTS content=NONE><a href=b>b</a>", ""},
      {"for us alone", "<meta name=hagaki content=nofollow><a href=b>b</a>", ""},
      {"for another robot", "<meta name=otherbot content=nofollow><a href=b>b</a>", "|b"},
      {"noindex alone", "<meta name=robots content=noindex><a href=b>b</a>", "|b"},
      {"in a comment", "<!-- <a href=b>b</a> -->", ""},
      {"in a script", "<script>document.write('<a href=b>')</script>", ""},
  };
  for (const auto& c : kCases) {
    CAPTURE(c.what);
    const auto found = page_links(c.html);
    REQUIRE(found);
    std::string got = found->base;
    for (const auto& link : found->links) got += "|" + link;
    CHECK(got == c.want);
  }
}

}  // namespace
}  // namespace hagaki::web
