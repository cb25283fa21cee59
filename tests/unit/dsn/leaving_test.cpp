#include <doctest/doctest.h>

#include <string>

#include "address/unsubscribe_token.h"
#include "base/text.h"
#include "dsn/read.h"
#include "mime/reader.h"

namespace leaving_test {

using namespace hagaki;

TEST_CASE("who leaves: the token tells it where a key has made it") {
  const auto keys = unsubscribe::Keys::make({"a key that nobody knows"}).value();
  const auto others = unsubscribe::Keys::make({"a key of others, secret"}).value();
  const auto listed = Address::parse("Listed@example.jp").value();
  const auto token = keys.token(listed, "spring");
  const auto foreign = others.token(listed, "spring");
  std::string q;  // as the Q encoding has it
  for (const char c : token) q += c == '_' ? std::string("=5F") : std::string(1, c);
  const auto half = token.size() / 2;
  struct Case {
    const char* name;
    std::string subject;
    std::string to;
    const char* email;  // empty: it asks for nothing
    const char* campaign;
    bool valid;
  };
  const Case cases[] = {
      {"ours", "unsubscribe " + token, "leave@shop.example", "Listed@example.jp", "spring", true},
      {"behind Re:", "Re: unsubscribe " + token, "leave@shop.example", "Listed@example.jp",
       "spring", true},
      {"the token alone", token, "leave@shop.example", "Listed@example.jp", "spring", true},
      {"folded", "unsubscribe " + token.substr(0, half) + "\n " + token.substr(half),
       "leave@shop.example", "Listed@example.jp", "spring", true},
      {"in encoded words",
       "=?utf-8?Q?unsubscribe_" + q.substr(0, 20) + "?=\n =?utf-8?Q?" + q.substr(20) + "?=",
       "leave@shop.example", "Listed@example.jp", "spring", true},
      {"in the address", "leaving", "unsubscribe+" + token + "@shop.example", "Listed@example.jp",
       "spring", true},
      {"of another key", "unsubscribe " + foreign, "leave@shop.example", "writer@example.net", "",
       false},
      {"cut", "unsubscribe " + token.substr(0, half), "leave@shop.example", "writer@example.net",
       "", false},
      {"none", "unsubscribe", "leave@shop.example", "writer@example.net", "", false},
      {"none, by its address", "bye", "unsubscribe@shop.example", "writer@example.net", "", false},
      {"another mail", "Hello", "leave@shop.example", "", "", false},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto mail = "From: Writer <writer@example.net>\nTo: <" + c.to +
                      ">\nSubject: " + c.subject + "\n\nPlease.\n";
    const auto read = [&](const unsubscribe::Keys* with) {
      return dsn::read_report(mime::Message::parse(mail), reason::Rules::embedded(),
                              dsn::Dialects::embedded(), nullptr, with);
    };
    const auto report = read(&keys);
    if (!*c.email) {
      CHECK(report.kind == dsn::Kind::Other);
      CHECK_FALSE(report.token_valid);
      continue;
    }
    REQUIRE(report.kind == dsn::Kind::Unsubscribe);
    REQUIRE(report.recipients.size() == 1);
    CHECK(report.recipients.front().email == c.email);
    CHECK(report.campaign == c.campaign);
    CHECK(report.token_valid == c.valid);
    // Without a key nobody can read one.
    const auto unread = read(nullptr);
    REQUIRE(unread.kind == dsn::Kind::Unsubscribe);
    CHECK(unread.recipients.front().email == "writer@example.net");
    CHECK(unread.campaign.empty());
    CHECK_FALSE(unread.token_valid);
  }
}

}  // namespace leaving_test
