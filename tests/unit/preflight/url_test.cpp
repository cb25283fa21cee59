#include "preflight/url.h"

#include <doctest/doctest.h>

namespace hagaki::preflight {
namespace {

TEST_CASE("where a URL leads") {
  struct Case {
    const char* url;
    const char* want;  // host, "ip:" and "user:" before it; "" = none
  };
  const Case cases[] = {
      {"https://example.jp/a?b#c", "example.jp"},
      {"HTTP://Example.JP:8080", "example.jp"},
      {"https://葉書.jp/", "xn--rovn66d.jp"},
      {"https://192.0.2.1/", "ip:192.0.2.1"},
      {"https://0x7f.1/", "ip:0x7f.1"},
      {"http://a.1/", ""},
      {"http://3232235777/", "ip:3232235777"},
      {"http://[2001:db8::1]:80/", "ip:2001:db8::1"},
      {"http://[zz]/", ""},
      {"https://bank.example@evil.example/", "user:evil.example"},
      {"https://evil.example\\@bank.example/", "evil.example"},
      {"https://localhost/", ""},
      {"https:///a", ""},
      {"mailto:a@b.example", ""},
      {"example.jp/a", ""},
      {"", ""},
  };
  for (const Case& c : cases) {
    CAPTURE(c.url);
    const auto url = parse_url(c.url);
    std::string got;
    if (url)
      got = (url->userinfo ? "user:" : "") + std::string(url->is_ip ? "ip:" : "") + url->host;
    CHECK(got == c.want);
  }
}

TEST_CASE("what hosts a reader sees in words") {
  struct Case {
    const char* words;
    const char* want;
  };
  const Case cases[] = {
      {"www.example.jp", "www.example.jp"},
      {"go to https://example.jp/spring now", "example.jp"},
      {"詳しくはwww.example.jpへ", "www.example.jp"},
      {"(example.co.jp)", "example.co.jp"},
      {"https://example.jpはこちら", "example.jp"},
      {"こちらhttps://example.jp:8080。", "example.jp"},
      {"http://192.0.2.1はこちら", "192.0.2.1"},
      {"https://日本語.jp/", "xn--wgv71a119e.jp"},
      {"https://日本語.jpはこちら", ""},
      {"https://intranet/a https://intra.local/", "intra.local"},
      {"example.jp.", "example.jp"},
      {"see example.jp/a or example.com/", "example.jp example.com"},
      {"our ASP.NET course", ""},
      {"read the prices.pdf", ""},
      {"photos.zip", ""},
      {"info@example.jp", ""},
      {"e.g. this", ""},
      {"version 1.2.3", ""},
      {"Click here", ""},
      {"co.jp", ""},
      {"", ""},
  };
  for (const Case& c : cases) {
    CAPTURE(c.words);
    std::string got;
    for (const auto& host : hosts_in(c.words)) got += (got.empty() ? "" : " ") + host;
    CHECK(got == c.want);
  }
}

TEST_CASE("URLs in a text") {
  struct Case {
    const char* text;
    const char* want;
  };
  const Case cases[] = {
      {"a https://x.example/a?b=c&d, and <http://y.example>",
       "https://x.example/a?b=c&d http://y.example"},
      {"こちらhttps://x.example/aから", "https://x.example/a"},
      {"http is a word, https too", ""},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    std::string got;
    for (const auto url : urls_in(c.text)) got += (got.empty() ? "" : " ") + std::string(url);
    CHECK(got == c.want);
  }
}

}  // namespace
}  // namespace hagaki::preflight
