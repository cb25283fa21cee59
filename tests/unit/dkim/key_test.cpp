#include "dkim/key.h"

#include <doctest/doctest.h>

#include <string>

#include "base/digest.h"
#include "dkim/canonical.h"
#include "dkim_keys.h"
#include "mime/transfer_encoding.h"

using namespace hagaki;
using dkim::Key;

namespace {

std::string base64(std::string_view raw) {
  std::string out;
  mime::append_base64(out, raw, 0);
  return out;
}

}  // namespace

TEST_CASE("keys as they stand in DNS") {
  const auto ed25519 = Key::parse(kEd25519Key);
  REQUIRE(ed25519);
  CHECK(ed25519->algorithm() == "ed25519-sha256");
  // RFC 8463 §A.2
  CHECK(ed25519->record() == "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
  const auto rsa = Key::parse(kRsaKey);
  REQUIRE(rsa);
  CHECK(rsa->algorithm() == "rsa-sha256");
  CHECK(rsa->bits() == 2048);
  CHECK(rsa->record() == std::string("v=DKIM1; k=rsa; p=") + kRsaPublic);
}

TEST_CASE("what is no key for DKIM") {
  const struct {
    const char* name;
    std::string pem;
    ErrorCode code;
  } cases[] = {
      {"nothing", "", ErrorCode::Syntax},
      {"text", "secret\n", ErrorCode::Syntax},
      {"a broken one", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
       ErrorCode::Syntax},
      {"a public one",
       "-----BEGIN PUBLIC KEY-----\n" + std::string(kRsaPublic) + "\n-----END PUBLIC KEY-----\n",
       ErrorCode::Syntax},
      {"an encrypted one", kEncryptedKey, ErrorCode::Syntax},
      {"an elliptic curve", kEcKey, ErrorCode::Unsupported},
      {"a short one", kShortRsaKey, ErrorCode::Unsupported},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto key = Key::parse(c.pem);
    REQUIRE_FALSE(key);
    CHECK(key.error().code == c.code);
  }
}

// RFC 8463 §A.3: Ed25519 gives the same signature each time.
TEST_CASE("the signature that RFC 8463 shows") {
  const std::string field =
      "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n"
      " d=football.example.com; i=@football.example.com;\r\n"
      " q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n"
      " subject : date : message-id : from : subject : date;\r\n"
      " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
      " b=\r\n";
  const std::string message =
      "From: Joe SixPack <joe@football.example.com>\r\n"
      "To: Suzie Q <suzie@shopping.example.net>\r\n"
      "Subject: Is dinner ready?\r\n"
      "Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n"
      "Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n"
      "\r\n"
      "Hi.\r\n"
      "\r\n"
      "We lost the game.  Are you hungry yet?\r\n"
      "\r\n"
      "Joe.\r\n";
  std::size_t body_at = 0;
  const auto headers = mime::Headers::parse(message, mime::LineEnds::Lf, body_at);
  std::string room;
  CHECK(base64(sha256(dkim::relaxed_body(std::string_view(message).substr(body_at), room))) ==
        "2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=");
  std::string data;
  for (const auto& part : headers.fields()) {
    dkim::append_relaxed(data, part);
    data += "\r\n";
  }
  dkim::append_relaxed(data, mime::Headers::parse(field).fields().at(0));
  const auto signature = Key::parse(kEd25519Key)->sign(data);
  REQUIRE(signature);
  CHECK(base64(*signature) ==
        "/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus"
        "Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==");
}
