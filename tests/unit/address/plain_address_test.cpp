#include <doctest/doctest.h>

#include <random>
#include <string>

#include "address/address.h"

using hagaki::Address;

TEST_CASE("what is taken as a plain address is what the parser makes of it") {
  const std::string pieces[] = {"a",
                                "Z",
                                "9",
                                "42",
                                "-",
                                ".",
                                "_",
                                "+",
                                "@",
                                "@",
                                "example",
                                "xn--r8jz45g",
                                "JP",
                                ".jp",
                                ".co.jp",
                                "é",
                                "\"",
                                " ",
                                "/",
                                "[",
                                std::string(30, 'x'),
                                std::string(63, 'y')};
  std::mt19937 random(6);
  int taken = 0;
  for (int i = 0; i < 200'000; ++i) {
    std::string spec;
    for (auto n = random() % 12; n > 0; --n)
      spec += pieces[random() % (random() % 8 == 0 ? std::size(pieces) : 15)];
    CAPTURE(spec);
    auto plain = *Address::parse("Before@Some.example");
    if (!plain.assign_plain(spec)) {
      REQUIRE(plain.text() == "Before@Some.example");
      REQUIRE(plain.key() == "before@some.example");
      continue;
    }
    ++taken;
    const auto parsed = Address::parse(spec);
    REQUIRE(parsed);
    REQUIRE(plain.text() == parsed->text());
    REQUIRE(plain.local() == parsed->local());
    REQUIRE(plain.key() == parsed->key());
    REQUIRE(plain.domain() == parsed->domain());
    REQUIRE(plain.carrier_dots() == parsed->carrier_dots());
  }
  CHECK(taken > 500);
}

TEST_CASE("usual addresses are plain ones") {
  auto address = *Address::parse("before@some.example");
  for (const char* spec :
       {"user@example.jp", "John.Smith+tag@mail.Example.co.jp", "a_b-c@x-y.z9"}) {
    CAPTURE(spec);
    CHECK(address.assign_plain(spec));
  }
  for (const char* spec :
       {"a..b@docomo.ne.jp", "a.@ezweb.ne.jp", "a@b", "a@1.2.3.4", "a@[192.0.2.1]",
        "\"a\"@b.example", "a@b.example.", "a@-b.example", " a@b.example"}) {
    CAPTURE(spec);
    CHECK_FALSE(address.assign_plain(spec));
  }
}
