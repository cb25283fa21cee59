#include "net/web_url.h"

#include <doctest/doctest.h>

#include <string>

namespace hagaki::net {
namespace {

TEST_CASE("URLs of web pages") {
  struct Case {
    const char* given;
    const char* text;
    const char* origin;
    const char* target;
  };
  static constexpr Case kCases[] = {
      {"http://example.jp", "http://example.jp/", "http://example.jp", "/"},
      {"HTTP://Example.JP/A", "http://example.jp/A", "http://example.jp", "/A"},
      {"https://example.jp:443/a", "https://example.jp/a", "https://example.jp", "/a"},
      {"https://example.jp:8443/a?b=c#d", "https://example.jp:8443/a?b=c",
       "https://example.jp:8443", "/a?b=c"},
      {"http://example.jp/a/../b/./c", "http://example.jp/b/c", "http://example.jp", "/b/c"},
      {"http://example.jp?q", "http://example.jp/?q", "http://example.jp", "/?q"},
      {"http://日本語.example/", "http://xn--wgv71a119e.example/", "http://xn--wgv71a119e.example",
       "/"},
      {"http://[2001:DB8::1]:8080/", "http://[2001:db8::1]:8080/", "http://[2001:db8::1]:8080",
       "/"},
      {"http://example.jp/会社", "http://example.jp/%E4%BC%9A%E7%A4%BE", "http://example.jp",
       "/%E4%BC%9A%E7%A4%BE"},
      {"http://example.jp/x/%2e%2e/private/%2E/p", "http://example.jp/private/p",
       "http://example.jp", "/private/p"},
      {"http://example.jp/x/.%2E/a", "http://example.jp/a", "http://example.jp", "/a"},
      {"http://example.jp/%7Euser/%62?%7e=%2f", "http://example.jp/~user/b?~=%2F",
       "http://example.jp", "/~user/b?~=%2F"},
      {"http://example.jp/100%", "http://example.jp/100%", "http://example.jp", "/100%"},
      {"http:///a", "http://a/", "http://a", "/"},  // as browsers do
      {"http://example.jp/a b", "http://example.jp/a%20b", "http://example.jp", "/a%20b"},
  };
  for (const auto& c : kCases) {
    CAPTURE(c.given);
    const auto url = parse_web_url(c.given);
    REQUIRE(url);
    CHECK(url->text == c.text);
    CHECK(url->origin == c.origin);
    CHECK(url->target == c.target);
  }
}

TEST_CASE("what is no URL of a web page") {
  struct Case {
    const char* given;
    ErrorCode code;
  };
  static constexpr Case kCases[] = {
      {"ftp://example.jp/", ErrorCode::Unsupported},
      {"file:///etc/passwd", ErrorCode::Unsupported},
      {"javascript:alert(1)", ErrorCode::Unsupported},
      {"http://user:secret@example.jp/", ErrorCode::Unsupported},
      {"http://user@example.jp/", ErrorCode::Unsupported},
      {"http://", ErrorCode::Syntax},
      {"http://example.jp:0x50/", ErrorCode::Syntax},
      {"http://example.jp/\r\nX: y", ErrorCode::Syntax},
      {"", ErrorCode::Syntax},
  };
  for (const auto& c : kCases) {
    CAPTURE(c.given);
    const auto url = parse_web_url(c.given);
    REQUIRE_FALSE(url);
    CHECK(url.error().code == c.code);
  }
  CHECK_FALSE(parse_web_url("http://example.jp/" + std::string(9000, 'a')));
}

TEST_CASE("what a link means on its page") {
  const auto page = parse_web_url("https://example.jp/shop/index.html?x=1");
  REQUIRE(page);
  struct Case {
    const char* link;
    const char* want;  ///< empty: none that is fetched
  };
  static constexpr Case kCases[] = {
      {"contact.html", "https://example.jp/shop/contact.html"},
      {"../a", "https://example.jp/a"},
      {"../../../a", "https://example.jp/a"},
      {"/a", "https://example.jp/a"},
      {"?y=2", "https://example.jp/shop/index.html?y=2"},
      {"//other.example/a", "https://other.example/a"},
      {"http://example.jp/a#b", "http://example.jp/a"},
      {"mailto:info@example.jp", ""},
      {"tel:+81312345678", ""},
      {"javascript:void(0)", ""},
      {"data:text/html,x", ""},
  };
  for (const auto& c : kCases) {
    CAPTURE(c.link);
    const auto url = resolve_web_url(*page, c.link);
    CHECK((url ? url->text : "") == c.want);
  }
}

}  // namespace
}  // namespace hagaki::net
