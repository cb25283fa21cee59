#include "base/digest.h"

#include <doctest/doctest.h>

using namespace hagaki;

TEST_CASE("HMAC-SHA-256 as RFC 4231 has it") {
  struct Case {
    const char* name;
    std::string key;
    std::string data;
    const char* want;
  };
  const Case cases[] = {
      {"1", std::string(20, '\x0b'), "Hi There",
       "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {"2", "Jefe", "what do ya want for nothing?",
       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {"3", std::string(20, '\xaa'), std::string(50, '\xdd'),
       "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
      {"6: a key longer than a block", std::string(131, '\xaa'),
       "Test Using Larger Than Block-Size Key - Hash Key First",
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
      // RFC 2104 §2 fills up with zeros.
      {"no key", "", "", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(to_hex(hmac_sha256(c.key, c.data)) == c.want);
    const HmacSha256 prepared(c.key);
    CHECK(to_hex(prepared.of("another text")) == to_hex(hmac_sha256(c.key, "another text")));
    CHECK(to_hex(prepared.of(c.data)) == c.want);
  }
}

TEST_CASE("SHA-1 of every way in which the last block ends") {
  struct Case {
    std::size_t length;
    const char* want;
  };
  const Case cases[] = {
      {0, "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
      {1, "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"},
      {55, "c1c8bbdc22796e28c0e15163d20899b65621d65a"},
      {56, "c2db330f6083854c99d4b5bfb6e8f29f201be699"},
      {63, "03f09f5b158a7a8cdad920bddc29b81c18a551f5"},
      {64, "0098ba824b5c16427bd7a1122a5a442a25ec644d"},
      {119, "ee971065aaa017e0632a8ca6c77bb3bf8b1dfc56"},
      {120, "f34c1488385346a55709ba056ddd08280dd4c6d6"},
      {1000, "291e9a6c66994949b57ba5e650361e98fc36b1ba"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.length);
    CHECK(sha1_hex(std::string(c.length, 'a')) == c.want);
  }
  // FIPS 180-4's third example, whose bytes are not all the same.
  CHECK(sha1_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
}
