#include "address/public_suffix.h"

#include <doctest/doctest.h>

using namespace hagaki;

TEST_CASE("what somebody registered, of a domain") {
  struct Case {
    const char* domain;
    const char* want;
  };
  const Case cases[] = {
      {"example.jp", "example.jp"},
      {"www.example.co.jp", "example.co.jp"},
      {"a.b.c.example.com", "example.com"},
      {"co.jp", ""},
      {"jp", ""},
      {"shop.example", "shop.example"},
      {"www.shop.nosuchtop", "shop.nosuchtop"},
      {"xn--e28h.example.jp", "example.jp"},
      {"[192.0.2.1]", ""},
      {"", ""},
      {".", ""},
  };
  for (const Case& c : cases) {
    CAPTURE(c.domain);
    CHECK(registrable_domain(c.domain) == c.want);
  }
}

TEST_CASE("suffixes that registries run") {
  struct Case {
    const char* domain;
    bool want;
  };
  const Case cases[] = {
      {"jp", true},         {"co.jp", true}, {"example.jp", false},
      {"nosuchtop", false}, {"", false},     {"github.io", false},
  };
  for (const Case& c : cases) {
    CAPTURE(c.domain);
    CHECK(is_registry_suffix(c.domain) == c.want);
  }
}
