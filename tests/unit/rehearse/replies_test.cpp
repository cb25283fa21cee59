#include "rehearse/replies.h"

#include <doctest/doctest.h>

namespace replies_test {

using namespace hagaki;
using namespace hagaki::rehearse;

TEST_CASE("the built-in table is whole") {
  const Replies& replies = Replies::builtin();
  for (const char* provider : {"postfix", "gmail", "outlook", "docomo", "au", "softbank"}) {
    CAPTURE(provider);
    CHECK(replies.knows_provider(provider));
  }
  CHECK(replies.find("docomo", "unknown") == "550 Unknown user {recipient}");
  CHECK(replies.find("outlook", "blocked").find("(S3140)") != std::string_view::npos);
  CHECK(replies.find("gmail", "authentication").starts_with("550 5.7.26 "));
  CHECK(replies.find("nobody", "size") == replies.find("postfix", "size"));
}

TEST_CASE("a table with a fault is refused") {
  const auto wrong = [](const char* toml) { return Replies::parse(toml, "t.toml").error().text(); };
  CHECK(wrong("[x.unknwon]\nreply = \"550 no\"\nsource = \"s\"") ==
        "t.toml:1: unknown kind of reply unknwon");
  CHECK(wrong("[x.unknown]\nreply = \"250 yes\"\nsource = \"s\"") ==
        "t.toml:1: not a refusal: 250 yes");
  CHECK(wrong("[x.unknown]\nreply = \"550 no\"") == "t.toml:1: a reply needs its source");
  CHECK(wrong("[x.unknown]\nreply = \"550 no\"\nsource = \"s\"\nnote = 1") ==
        "t.toml:4: unknown key note");
}

TEST_CASE("replies on the wire") {
  struct Case {
    const char* name;
    const char* reply;
    const char* wire;
    const char* diagnostic;
    const char* status;
  };
  const Case cases[] = {
      {"one line", "550 5.1.1 no", "550 5.1.1 no\r\n", "550 5.1.1 no", "5.1.1"},
      {"no enhanced code", "550 Unknown user a@b", "550 Unknown user a@b\r\n",
       "550 Unknown user a@b", "5.0.0"},
      {"the enhanced code stands on every line (RFC 2034)", "452 4.2.2 full\nsee",
       "452-4.2.2 full\r\n452 4.2.2 see\r\n", "452-4.2.2 full 452 4.2.2 see", "4.2.2"},
      {"lines without enhanced code", "554 a\nb", "554-a\r\n554 b\r\n", "554-a 554 b", "5.0.0"},
      {"an address is no enhanced code", "554 192.0.2.1 is listed", "554 192.0.2.1 is listed\r\n",
       "554 192.0.2.1 is listed", "5.0.0"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK(wire_reply(c.reply) == c.wire);
    CHECK(diagnostic_reply(c.reply) == c.diagnostic);
    CHECK(reply_status(c.reply) == c.status);
  }
  CHECK(without_status("550 5.1.1 no") == "550 no");
  CHECK(without_status("550 no") == "550 no");
}

TEST_CASE("placeholders are filled in and nobody adds a line") {
  CHECK(fill_reply("550 {recipient} {local} {domain} {ip} {host} {other}",
                   {.recipient = "a@b.example", .ip = "127.0.0.1", .host = "mx.example"}) ==
        "550 a@b.example a b.example 127.0.0.1 mx.example {other}");
  CHECK(fill_reply("550 {sender}", {.sender = "a\r\n250 ok"}) == "550 a250 ok");
}

}  // namespace replies_test
