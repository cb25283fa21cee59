#include "dkim/record.h"

#include <doctest/doctest.h>

#include <string>

#include "dkim_keys.h"

using namespace hagaki;
using dkim::Key;
using dkim::parse_record;

TEST_CASE("records of keys") {
  struct Case {
    const char* name;
    const char* text;
    bool good;
    const char* type;
    bool testing;
    bool revoked;
  };
  const Case cases[] = {
      {"plain", "v=DKIM1; k=rsa; p=AAAA", true, "rsa", false, false},
      {"the least", "p=AAAA", true, "rsa", false, false},
      {"Ed25519", "v=DKIM1; k=ed25519; p=AAAA;", true, "ed25519", false, false},
      {"blanks", " v = DKIM1 ; t = s : y ; p = AA AA ; n=note", true, "rsa", true, false},
      {"strict domain", "v=DKIM1; t=s; p=AAAA", true, "rsa", false, false},
      {"hashes", "v=DKIM1; h=sha1:sha256; s=email; p=AAAA", true, "rsa", false, false},
      {"revoked", "v=DKIM1; p=", true, "rsa", false, true},
      {"no p", "v=DKIM1; k=rsa", false, "", false, false},
      {"v elsewhere", "k=rsa; v=DKIM1; p=AAAA", false, "", false, false},
      {"another v", "v=DKIM2; p=AAAA", false, "", false, false},
      {"no SHA-256", "v=DKIM1; h=sha1; p=AAAA", false, "", false, false},
      {"not for mail", "v=DKIM1; s=tlsrpt; p=AAAA", false, "", false, false},
      {"no tags", "hello", false, "", false, false},
      {"no base64", "v=DKIM1; p=!!!!", false, "", false, false},
      {"nothing", "", false, "", false, false},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto record = parse_record(c.text);
    REQUIRE(record.has_value() == c.good);
    if (!record) continue;
    CHECK(record->key_type == c.type);
    CHECK(record->testing == c.testing);
    CHECK(record->key.empty() == c.revoked);
  }
}

TEST_CASE("whether a record is of a key") {
  const auto rsa = Key::parse(kRsaKey).value();
  const auto ed25519 = Key::parse(kEd25519Key).value();
  const auto rsa_record = parse_record(rsa.record()).value();
  const auto ed25519_record = parse_record(ed25519.record()).value();
  CHECK(is_of(rsa_record, rsa));
  CHECK(is_of(ed25519_record, ed25519));
  CHECK(!is_of(rsa_record, ed25519));
  CHECK(!is_of(ed25519_record, rsa));

  // The bare RSAPublicKey, in which a sequence of 24 octets in front is left out.
  auto bare = rsa_record;
  bare.key = bare.key.substr(24);
  CHECK(is_of(bare, rsa));
  bare.key = bare.key.substr(100);
  CHECK(!is_of(bare, rsa));
  auto changed = rsa_record;
  changed.key[40] ^= 1;
  CHECK(!is_of(changed, rsa));
  auto revoked = rsa_record;
  revoked.key.clear();
  CHECK(!is_of(revoked, rsa));
  auto mislabelled = rsa_record;
  mislabelled.key_type = "ed25519";
  CHECK(!is_of(mislabelled, rsa));
}
