#include "harvest/find_addresses.h"

#include <doctest/doctest.h>

#include "harvest/public_suffix.h"

namespace hagaki::harvest {

TEST_CASE("addresses in running text") {
  struct Case {
    const char* name;
    const char* input;
    const char* want;
  };
  const Case cases[] = {
      {"plain", "write to info@example.co.jp today", "info@example.co.jp"},
      {"end of a sentence", "Mail a@example.com. Or b@example.com!", "a@example.com b@example.com"},
      {"Japanese on both sides", "連絡先はinfo@example.co.jpまで", "info@example.co.jp"},
      {"Japanese marks", "「a@example.jp」、b@example.jp。", "a@example.jp b@example.jp"},
      {"brackets", "Taro <taro@example.jp>, (b@example.jp) [c@example.jp]",
       "taro@example.jp b@example.jp c@example.jp"},
      {"mailto", "href=\"mailto:a@example.jp?subject=x\"", "a@example.jp"},
      {"a key before it", "email=a@example.jp&x=1", "a@example.jp"},
      {"plus and case kept", "First.Last+Tag@Example.COM", "First.Last+Tag@Example.COM"},
      {"carrier dots", "foo..bar@docomo.ne.jp foo.@docomo.ne.jp",
       "foo..bar@docomo.ne.jp foo.@docomo.ne.jp"},
      {"leading dots are the text's", "see ...a@example.jp", "a@example.jp"},
      {"quoted by apostrophes", "'a@example.jp'", "a@example.jp"},
      {"twice is twice", "a@example.jp a@example.jp", "a@example.jp a@example.jp"},
      {"touching", "a@example.jp,b@example.jp;c@example.jp",
       "a@example.jp b@example.jp c@example.jp"},
      {"another script's domain", "info@例え.jp、です", "info@例え.jp"},
      {"a letter with a mark in the domain", "Mail an info@bücher.de, «a@café.fr»",
       "info@bücher.de a@café.fr"},
      {"an image", "logo@2x.png", ""},
      {"no domain", "foo@bar", ""},
      {"no top-level domain", "foo@bar.invalidtld", ""},
      {"a public suffix", "foo@co.jp", ""},
      {"a handle", "@foo@mastodon.social", ""},
      {"two at signs", "a@b.example@c.example", ""},
      {"URL user", "ftp://anonymous@ftp.example.com/ https://u:p@example.com/", ""},
      {"remote path", "git@github.com:x/y", ""},
      {"an address in a path is one", "https://example.com/u/a@example.jp", "a@example.jp"},
      {"nothing before", " @example.com", ""},
      {"nothing after", "a@ b@", ""},
      {"a literal", "a@[192.0.2.1]", ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    std::string got;
    for (const auto& address : find_addresses(c.input)) {
      if (!got.empty()) got += ' ';
      got += address;
    }
    CHECK(got == c.want);
  }
}

TEST_CASE("domains that mail can go to") {
  struct Case {
    const char* input;
    bool want;
  };
  const Case cases[] = {
      {"example.com", true},  {"a.b.example.co.jp", true}, {"shop.test", true},
      {"shop.example", true}, {"xn--r8jz45g.jp", true},    {"com", false},
      {"co.jp", false},       {"2x.png", false},           {"customers.csv", false},
      {"localhost", false},   {"a..com", false},           {"", false},
      {"github.io", true},
  };
  for (const auto& c : cases) {
    CAPTURE(c.input);
    CHECK(is_mail_domain(c.input) == c.want);
  }
}

}  // namespace hagaki::harvest
