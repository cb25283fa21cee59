#include <doctest/doctest.h>

#include <fmt/format.h>

#include "delivery/campaign.h"

namespace relay_test {

namespace {

using hagaki::ErrorCode;
using hagaki::delivery::parse_relay;

TEST_CASE("relays are named by URLs") {
  struct Case {
    const char* input;
    const char* want;  // host port tls weight user, or "syntax", "denied"
  };
  const Case cases[] = {
      {"smtp://mail.example", "mail.example 25 - 1 "},
      {"mail.example", "mail.example 25 - 1 "},
      {"smtp://mail", "mail 25 - 1 "},
      {"mail:25", "mail 25 - 1 "},
      {"localhost", "localhost 25 - 1 "},
      {"mail", "syntax"},
      {"mail?weight=2", "syntax"},
      {"mail.example:587", "mail.example 587 - 1 "},
      {"SMTPS://mail.example/", "mail.example 465 tls 1 "},
      {"smtps://mail.example:2465", "mail.example 2465 tls 1 "},
      {"smtp://me@mail.example:587?weight=3", "mail.example 587 - 3 me"},
      {"smtp://me%40home.example@mail.example", "mail.example 25 - 1 me@home.example"},
      {"smtp://me@home.example@mail.example", "mail.example 25 - 1 me@home.example"},
      {"smtp://[2001:db8::1]:26", "2001:db8::1 26 - 1 "},
      {"smtp://192.0.2.1", "192.0.2.1 25 - 1 "},
      {"smtp://me:secret@mail.example", "denied"},
      {"http://mail.example", "syntax"},
      {"smtp://", "syntax"},
      {"", "syntax"},
      {"smtp://mail.example:0", "syntax"},
      {"smtp://mail.example:65536", "syntax"},
      {"smtp://mail.example:25x", "syntax"},
      {"smtp://mail.example?weight=0", "syntax"},
      {"smtp://mail.example?speed=9", "syntax"},
      {"smtp://mail example", "syntax"},
      {"smtp://mail.example\r\nHELO", "syntax"},
      {"smtp://a%0Ab@mail.example", "syntax"},
      {"smtp://[::1", "syntax"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.input);
    const auto relay = parse_relay(c.input);
    std::string got;
    if (relay) {
      got = fmt::format("{} {} {} {} {}", relay->host, relay->port,
                        relay->implicit_tls ? "tls" : "-", relay->weight, relay->user);
    } else {
      got = relay.error().code == ErrorCode::Denied ? "denied" : "syntax";
    }
    CHECK(got == c.want);
  }
}

TEST_CASE("a password in a URL is not repeated in the error") {
  const auto relay = parse_relay("smtp://me:secret@mail.example");
  REQUIRE(!relay);
  CHECK(relay.error().text().find("secret") == std::string::npos);
}

}  // namespace

}  // namespace relay_test
