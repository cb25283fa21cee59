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

TEST_CASE("digests and what goes with them") {
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha1_hex("abc") == "a9993e364706816aba3e25717850c26c9cd0d89d");
  CHECK(md5_hex("abc") == "900150983cd24fb0d6963f7d28e17f72");
  CHECK(to_base32("foobar") == "mzxw6ytboi");  // RFC 4648 §10, lower case, no padding
  CHECK(equal_constant_time("a", "a"));
  CHECK(!equal_constant_time("a", "b"));
  CHECK(random_bytes(8) != random_bytes(8));
}

TEST_CASE("base64 for URLs") {
  struct Case {
    const char* name;
    std::string data;
    const char* text;
  };
  const Case cases[] = {
      {"nothing", "", ""},           {"one octet", "f", "Zg"},
      {"two", "fo", "Zm8"},          {"three", "foo", "Zm9v"},
      {"six", "foobar", "Zm9vYmFy"}, {"- and _ for + and /", "\xfb\xff\xfe", "-__-"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(to_base64url(c.data) == c.text);
    CHECK(from_base64url(c.text) == c.data);
  }
  for (const char* other : {"Z", "Zg==", "Zh", "Zm9", "Zm9vA", "+//+", "Zm 8", "Zm8\n", "é"}) {
    CAPTURE(other);
    CHECK_FALSE(from_base64url(other));
  }
}
