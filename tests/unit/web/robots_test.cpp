#include "web/robots.h"

#include <doctest/doctest.h>

#include <string>

namespace hagaki::web {
namespace {

using std::chrono::milliseconds;

struct Case {
  const char* what;
  const char* text;
  const char* target;
  bool allowed;
};

constexpr Case kCases[] = {
    {"nothing said", "", "/a", true},
    {"everything forbidden", "User-agent: *\nDisallow: /", "/", false},
    {"nothing forbidden", "User-agent: *\nDisallow:", "/", true},
    {"robots.txt itself", "User-agent: *\nDisallow: /", "/robots.txt", true},
    {"the beginning of a path", "User-agent: *\nDisallow: /private", "/private/a.html", false},
    {"not the middle of it", "User-agent: *\nDisallow: /private", "/my/private", true},
    {"a path is compared with case", "User-agent: *\nDisallow: /Private", "/private", true},
    {"keys without", "USER-AGENT: *\ndisALLOW: /a", "/a", false},

    // Which group (RFC 9309 §2.2.1)
    {"our own group", "User-agent: hagaki\nDisallow: /", "/a", false},
    {"of any case", "User-agent: HaGaKi\nDisallow: /", "/a", false},
    {"with a version", "User-agent: hagaki/1.0\nDisallow: /", "/a", false},
    {"one whose name goes on", "User-agent: hagaki-news\nDisallow: /", "/a", true},
    {"another's", "User-agent: otherbot\nDisallow: /", "/a", true},
    {"ours counts instead of that of all",
     "User-agent: *\nDisallow: /\n\nUser-agent: hagaki\nDisallow: /b", "/a", true},
    {"ours is empty", "User-agent: *\nDisallow: /\n\nUser-agent: hagaki\nDisallow:", "/a", true},
    {"two groups of ours are one",
     "User-agent: hagaki\nDisallow: /a\nUser-agent: x\nDisallow: /\nUser-agent: hagaki\nDisallow: "
     "/b",
     "/b", false},
    {"the first of them too",
     "User-agent: hagaki\nDisallow: /a\nUser-agent: x\nDisallow: /\nUser-agent: hagaki\nDisallow: "
     "/b",
     "/a", false},
    {"several names of one group", "User-agent: x\nUser-agent: hagaki\nUser-agent: y\nDisallow: /a",
     "/a", false},
    {"several names, blank lines and a site map between",
     "User-agent: x\n\nSitemap: https://a.example/s.xml\nUser-agent: hagaki\nDisallow: /a", "/a",
     false},
    {"several names with a delay between",
     "User-agent: hagaki\nCrawl-delay: 0\nUser-agent: *\nDisallow: /", "/a", false},
    {"rules before any group", "Disallow: /\nUser-agent: x\nDisallow: /", "/a", true},

    // Which rule (§2.2.2)
    {"the longest one", "User-agent: *\nAllow: /a/b\nDisallow: /a", "/a/b/c", true},
    {"in whatever order", "User-agent: *\nDisallow: /a/b\nAllow: /a", "/a/b/c", false},
    {"of two as long the one that allows", "User-agent: *\nDisallow: /a\nAllow: /a", "/a", true},
    {"a page in a forbidden folder", "User-agent: *\nDisallow: /shop/\nAllow: /shop/contact.html",
     "/shop/contact.html", true},
    {"the query counts", "User-agent: *\nDisallow: /s?q=", "/s?q=x", false},
    {"another query", "User-agent: *\nDisallow: /s?q=", "/s?p=x", true},

    // Special characters (§2.2.3)
    {"a star in the middle", "User-agent: *\nDisallow: /a/*/c", "/a/b/c/d", false},
    {"it stands for nothing as well", "User-agent: *\nDisallow: /a*c", "/ac", false},
    {"a star without what follows", "User-agent: *\nDisallow: /a/*/c", "/a/b/d", true},
    {"an end", "User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf", false},
    {"not at the end", "User-agent: *\nDisallow: /*.pdf$", "/y.pdf?v=1", true},
    {"an end that comes twice", "User-agent: *\nDisallow: /*.pdf$", "/a.pdf/b.pdf", false},
    {"an end without a star", "User-agent: *\nDisallow: /a$", "/a", false},
    {"and more behind it", "User-agent: *\nDisallow: /a$", "/ab", true},
    {"pieces do not overlap", "User-agent: *\nDisallow: /ab*ba$", "/aba", true},
    {"a dollar in the middle is itself", "User-agent: *\nDisallow: /a$b", "/a$b", false},
    {"an encoded star is itself", "User-agent: *\nDisallow: /a%2Ab", "/a*b", false},
    {"and none other", "User-agent: *\nDisallow: /a%2Ab", "/axb", true},
    {"a comment", "User-agent: * # all\nDisallow: /a # this", "/a", false},

    // Encodings
    {"letters beyond ASCII", "User-agent: *\nDisallow: /会社", "/%E4%BC%9A%E7%A4%BE/a", false},
    {"lower case in an escape", "User-agent: *\nDisallow: /%e4%bc%9a", "/%E4%BC%9A", false},
    {"an escape that need not be", "User-agent: *\nDisallow: /%61b", "/ab", false},
    {"a slash in an escape is none", "User-agent: *\nDisallow: /a%2Fb", "/a/b", true},
    {"a broken escape", "User-agent: *\nDisallow: /a%2", "/a%2", false},

    // Files as they are found
    {"a byte order mark", "\xEF\xBB\xBFUser-agent: *\nDisallow: /a", "/a", false},
    {"CRLF", "User-agent: *\r\nDisallow: /a\r\n", "/a", false},
    {"CR", "User-agent: *\rDisallow: /a\r", "/a", false},
    {"no blank behind the colon", "User-agent:*\nDisallow:/a", "/a", false},
    {"a page in its place", "<!DOCTYPE html><title>User-agent: *</title>", "/a", true},
    {"a line without a colon", "User-agent: *\nDisallow /a\nDisallow: /b", "/b", false},
};

TEST_CASE("what robots.txt allows") {
  for (const auto& c : kCases) {
    CAPTURE(c.what);
    CHECK(Robots::parse(c.text, "hagaki").allows(c.target) == c.allowed);
  }
}

TEST_CASE("without a robots.txt, and where it is not known") {
  CHECK(Robots::allow_all().allows("/a"));
  CHECK_FALSE(Robots::forbid_all().allows("/"));
  CHECK_FALSE(Robots::forbid_all().allows("/a?b"));
}

TEST_CASE("how long to wait") {
  const auto delay = [](const char* text) { return Robots::parse(text, "hagaki").delay(); };
  CHECK(delay("User-agent: *\nDisallow: /a") == std::nullopt);
  CHECK(delay("User-agent: *\nCrawl-delay: 10") == milliseconds(10'000));
  CHECK(delay("User-agent: *\nCrawl-delay: 0.5") == milliseconds(500));
  CHECK(delay("User-agent: *\nCrawl-delay: 5\nUser-agent: hagaki\nCrawl-delay: 2") ==
        milliseconds(2000));
  CHECK(delay("User-agent: hagaki\nCrawl-delay: 2\nCrawl-delay: 3") == milliseconds(3000));
  CHECK(delay("User-agent: *\nCrawl-delay: 86400") == milliseconds(60'000));
  CHECK(delay("User-agent: *\nCrawl-delay: -1") == std::nullopt);
  CHECK(delay("User-agent: *\nCrawl-delay: nan") == std::nullopt);
  CHECK(delay("User-agent: *\nCrawl-delay: soon") == std::nullopt);
}

TEST_CASE("what is behind 500 KiB does not count") {
  std::string text = "User-agent: *\nDisallow: /a\n#";
  text.append(Robots::kMostBytes, '.');
  text += "\nDisallow: /b\n";
  const auto robots = Robots::parse(text, "hagaki");
  CHECK_FALSE(robots.allows("/a"));
  CHECK(robots.allows("/b"));
}

}  // namespace
}  // namespace hagaki::web
