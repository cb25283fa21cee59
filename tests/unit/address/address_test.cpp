#include <doctest/doctest.h>

#include <string>

#include "address/address.h"
#include "address/verp.h"
#include "base/text.h"

using namespace hagaki;

TEST_CASE("address: what is one, and its key") {
  struct Case {
    const char* name;
    std::string input;
    const char* key;  // empty: no address
  };
  const Case cases[] = {
      {"plain", "user@example.jp", "user@example.jp"},
      {"case", "User@Example.JP", "user@example.jp"},
      {"blanks around", "  user@example.jp\r\n", "user@example.jp"},
      {"trailing dot of the domain", "user@example.jp.", "user@example.jp"},
      {"plus and specials", "a+b!#$%&'*/=?^_`{|}~-@example.jp", "a+b!#$%&'*/=?^_`{|}~-@example.jp"},
      {"quoted without need", "\"user\"@example.jp", "user@example.jp"},
      {"carrier dots in quotes", "\"a..b.\"@docomo.example", "a..b.@docomo.example"},
      {"quoted with need", "\"a b\"@example.jp", "\"a b\"@example.jp"},
      {"quoted leading dot", "\".a\"@example.jp", "\".a\"@example.jp"},
      {"quoted at sign", "\"a@b\"@example.jp", "\"a@b\"@example.jp"},
      {"carrier: two dots", "a..b@docomo.example", "a..b@docomo.example"},
      {"carrier: dot before @", "a.@ezweb.example", "a.@ezweb.example"},
      {"idn", "user@例え.jp", "user@xn--r8jz45g.jp"},
      {"idn with an ideographic full stop", "user@例え。jp", "user@xn--r8jz45g.jp"},
      {"utf-8 local part", "山田@example.jp", "山田@example.jp"},
      {"literal", "user@[192.0.2.1]", "user@[192.0.2.1]"},
      {"literal v6", "user@[IPv6:2001:DB8::1]", "user@[IPv6:2001:db8::1]"},
      {"one label", "root@localhost", "root@localhost"},
      {"64 octets", std::string(64, 'a') + "@example.jp", ""},
      {"no at", "user.example.jp", ""},
      {"no local part", "@example.jp", ""},
      {"no domain", "user@", ""},
      {"two ats", "a@b@example.jp", ""},
      {"leading dot", ".a@example.jp", ""},
      {"blank inside", "a b@example.jp", ""},
      {"display name", "Taro <taro@example.jp>", ""},
      {"65 octets", std::string(65, 'a') + "@example.jp", ""},
      {"label of 64", "a@" + std::string(64, 'b') + ".jp", ""},
      {"empty label", "a@example..jp", ""},
      {"hyphen first", "a@-example.jp", ""},
      {"underscore in the domain", "a@ex_ample.jp", ""},
      {"number without brackets", "a@192.0.2.1", ""},
      {"bad literal", "a@[192.0.2.256]", ""},
      {"header injection", "a@example.jp\r\nBcc: x@example.jp", ""},
      {"nul in the domain", std::string("a@example.jp\0junk", 17), ""},
      {"nul in a literal", std::string("a@[192.0.2.1\0]", 14), ""},
      {"empty quotes", "\"\"@example.jp", ""},
      {"latin-1", "a\xE9@example.jp", ""},
      {"empty", "", ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const std::string want = c.input.starts_with(std::string(64, 'a') + "@") ? c.input : c.key;
    CHECK(canonical_key(c.input) == want);
  }
  CHECK(Address::parse("a..b@docomo.example")->carrier_dots());
  CHECK(!Address::parse("a.b@docomo.example")->carrier_dots());
  CHECK(!Address::parse("\"a..b.\"@docomo.example")->carrier_dots());
  CHECK(Address::parse("山田@例え.jp")->needs_smtputf8());
  CHECK(Address::parse("User@例え.jp")->envelope() == "User@xn--r8jz45g.jp");
}

TEST_CASE("bare_address: one mailbox out of what headers and texts hold") {
  struct Case {
    const char* input;
    const char* want;
  };
  const Case cases[] = {
      {"Taro <taro@example.jp>", "taro@example.jp"},
      {"rfc822; taro@example.jp", "taro@example.jp"},
      {"RFC822;<taro@example.jp>", "taro@example.jp"},
      {"utf-8;山田@example.jp", "山田@example.jp"},
      {"mailto:taro@example.jp", "taro@example.jp"},
      {"<taro@example.jp>:", "taro@example.jp"},
      {"taro@example.jp...", "taro@example.jp"},
      {"taro@[192.0.2.1]", "taro@[192.0.2.1]"},
      {"", ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.input);
    CHECK(bare_address(c.input) == c.want);
  }
}

TEST_CASE("verp: what encode() writes, decode() reads") {
  struct Case {
    const char* name;
    const char* recipient;
    const char* token;
    const char* want;
  };
  const Case cases[] = {
      {"plain", "user@example.com", "", "bounces+user=example.com@sender.example"},
      {"token", "user@example.com", "n7", "bounces+user=example.com=n7@sender.example"},
      {"hyphen", "a-b@ex-ample.com", "n7", "bounces+a-b=ex-ample.com=n7@sender.example"},
      {"plus and equals", "a+b=c@example.com", "", "bounces+a~2Bb~3Dc=example.com@sender.example"},
      {"carrier dots", "a..b.@docomo.example", "x",
       "bounces+a~2E.b~2E=docomo.example=x@sender.example"},
      {"quoted", "\"a b\"@example.com", "", "bounces+~22a~20b~22=example.com@sender.example"},
      {"literal", "a@[192.0.2.1]", "", "bounces+a=~5B192.0.2.1~5D@sender.example"},
      {"case kept", "User@example.com", "", "bounces+User=example.com@sender.example"},
  };
  const auto sender = Address::parse("bounces@sender.example").value();
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto path = verp::encode(sender, Address::parse(c.recipient).value(), c.token);
    REQUIRE(path);
    CHECK(*path == c.want);
    const auto back = verp::decode("<" + *path + ">");
    REQUIRE(back);
    CHECK(back->recipient.text() == c.recipient);
    CHECK(back->token == c.token);
    CHECK(back->tag.empty());
  }
  const auto long_one = Address::parse(std::string(50, 'a') + "@example.com").value();
  CHECK(verp::encode(sender, long_one, "").error().code == ErrorCode::Limit);
  CHECK(!verp::encode(Address::parse("a+b@sender.example").value(), long_one, ""));
}

TEST_CASE("verp: other software's forms, and what is none") {
  struct Case {
    const char* input;
    const char* recipient;  // empty: none
  };
  const Case cases[] = {
      {"list-bounces+user=example.com@lists.example", "user@example.com"},
      {"list-return-42-user=example.com@lists.example", "user@example.com"},
      {"bounce-user=example.com@lists.example", "user@example.com"},
      {"prvs=123456abcd=bounces+user=example.com@s.example", "user@example.com"},
      {"prvs=123456abcd=sender@s.example", ""},
      {"user+tag@example.com", ""},
      {"user=name@example.com", ""},
      {"MAILER-DAEMON@example.com", ""},
      {"<>", ""},
      {"", ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.input);
    const auto got = verp::decode(c.input);
    CHECK((got ? got->recipient.text() : "") == c.recipient);
  }
}

TEST_CASE("verp: a key signs return paths and knows them again") {
  const auto key = verp::Key::make("0123456789abcdef").value();
  const auto other = verp::Key::make("0123456789abcdeg").value();
  const auto sender = Address::parse("bounces@sender.example").value();
  struct Case {
    const char* name;
    const char* recipient;
    const char* token;
  };
  const Case cases[] = {
      {"plain", "user@example.com", "n7"},     {"without token", "user@example.com", ""},
      {"quoted", "\"a b\"@example.com", "n7"}, {"carrier dots", "a..b.@docomo.example", "n7"},
      {"literal", "a@[192.0.2.1]", ""},        {"case", "User@Example.com", "N7"},
      {"IDN", "user@日本.example", "n7"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto path =
        verp::encode(sender, Address::parse(c.recipient).value(), c.token, &key).value();
    CAPTURE(path);
    CHECK(Address::parse(path));
    // A server on the way may change the case, and sign in its own way (BATV).
    for (const auto& seen : {path, ascii_lower(path), "prvs=123456abcd=" + path}) {
      const auto back = verp::decode(seen);
      REQUIRE(back);
      CHECK(back->recipient.key() == Address::parse(c.recipient)->key());
      CHECK(ascii_iequals(back->token, c.token));
      CHECK(back->tag.size() == 8);
      CHECK(key.check(*back) == verp::Tag::Valid);
      CHECK(other.check(*back) == verp::Tag::Invalid);
    }
  }
}

TEST_CASE("verp: what a key has not signed") {
  const auto key = verp::Key::make("0123456789abcdef").value();
  const auto sender = Address::parse("bounces@sender.example").value();
  const auto path =
      verp::encode(sender, Address::parse("user@example.com").value(), "n7", &key).value();
  const auto tag = verp::decode(path)->tag;
  struct Case {
    const char* name;
    std::string path;
    verp::Tag want;
  };
  const Case cases[] = {
      {"itself", path, verp::Tag::Valid},
      {"another recipient", "bounces+victim=example.com=n7-" + tag + "@s.example",
       verp::Tag::Invalid},
      {"another domain", "bounces+user=example.org=n7-" + tag + "@s.example", verp::Tag::Invalid},
      {"another campaign", "bounces+user=example.com=n8-" + tag + "@s.example", verp::Tag::Invalid},
      {"no campaign", "bounces+user=example.com=-" + tag + "@s.example", verp::Tag::Invalid},
      {"no tag", "bounces+user=example.com=n7@s.example", verp::Tag::Missing},
      {"neither", "bounces+user=example.com@s.example", verp::Tag::Missing},
      {"cut", "bounces+user=example.com=n7-" + tag.substr(1) + "@s.example", verp::Tag::Missing},
      {"other software", "list-return-42-user=example.com@s.example", verp::Tag::Missing},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto got = verp::decode(c.path);
    REQUIRE(got);
    CHECK(key.check(*got) == c.want);
  }
  CHECK(verp::Key::make("0123456789abcde").error().code == ErrorCode::Config);
}

TEST_CASE("verp: a tag takes nine octets of the 64") {
  const auto key = verp::Key::make("0123456789abcdef").value();
  const auto sender = Address::parse("bounces@sender.example").value();
  // bounces+…=example.com=-tttttttt
  const auto fits = Address::parse(std::string(34, 'a') + "@example.com").value();
  const auto path = verp::encode(sender, fits, "", &key).value();
  CHECK(path.find('@') == 64);
  CHECK(verp::encode(sender, fits, "", nullptr));
  CHECK(verp::encode(sender, fits, "t", &key).error().code == ErrorCode::Limit);
  const auto longer = Address::parse(std::string(35, 'a') + "@example.com").value();
  CHECK(verp::encode(sender, longer, "", &key).error().code == ErrorCode::Limit);
}
