#include "letter/message_id.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "base/digest.h"

namespace hagaki::letter::message_id_test {
namespace {

bool is_token(std::string_view text) {
  return !text.empty() && text.size() <= 12 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  });
}

TEST_CASE("Message-ID") {
  const HmacSha256 spring("spring");
  const std::string id = message_id(spring, "a@b.example", "c.example");
  CHECK(id == message_id(HmacSha256("spring"), "a@b.example", "c.example"));
  CHECK(id != message_id(HmacSha256("autumn"), "a@b.example", "c.example"));
  CHECK(id != message_id(spring, "b@b.example", "c.example"));
  CHECK(id.ends_with("@c.example"));
  CHECK(id.size() == 32 + 10);
}

TEST_CASE("the campaign's token in a return path") {
  CHECK(campaign_token("Spring-2026") == "spring2026");
  CHECK(campaign_token("a").size() == 1);
  for (const char* name : {"", "春", "---", "a very long name of a campaign", "spring春"}) {
    CAPTURE(name);
    const std::string token = campaign_token(name);
    CHECK(token.size() == 12);
    CHECK(is_token(token));
  }
}

TEST_CASE("the token of a name that hostile people chose") {
  for (int octet = 0; octet < 256; ++octet) {
    CAPTURE(octet);
    const std::string one(1, static_cast<char>(octet));
    for (const std::string& name :
         {one, one + "x", "x" + one, "x" + one + "y", "twelve letter" + one,
          one + "\r\nBcc: victim@else.test", std::string(100000, static_cast<char>(octet))}) {
      CHECK(is_token(campaign_token(name)));
    }
  }
}

}  // namespace
}  // namespace hagaki::letter::message_id_test
