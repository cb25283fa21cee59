#include "harvest/mail_people.h"

#include <doctest/doctest.h>

namespace hagaki::harvest {
namespace {

std::string people(const std::string& mail, const char* fields = "from",
                   const std::vector<std::string>& own = {}) {
  const auto wanted = parse_mail_fields(fields);
  const auto mine = OwnAddresses::parse(own);
  if (!wanted || !mine) return "error";
  std::string out;
  for (const auto& person : people_of(mime::Headers::parse(mail), *wanted, *mine)) {
    if (!out.empty()) out += ' ';
    out += person.email;
    if (!person.name.empty()) out += " (" + person.name + ')';
  }
  return out;
}

}  // namespace

TEST_CASE("people of a mail") {
  struct Case {
    const char* name;
    const char* mail;
    const char* fields;
    const char* want;
  };
  const Case cases[] = {
      {"a name", "From: Taro Yamada <taro@shop.example>\n\nx", "from",
       "taro@shop.example (Taro Yamada)"},
      {"quoted", "From: \"Yamada, Taro\" <taro@shop.example>\n", "from",
       "taro@shop.example (Yamada, Taro)"},
      {"encoded", "From: =?ISO-2022-JP?B?GyRCOzNFRBsoQg==?= <a@shop.example>\n", "from",
       "a@shop.example (山田)"},
      {"encoded in quotes", "From: \"=?UTF-8?B?5bGx55Sw?=\" <a@shop.example>\n", "from",
       "a@shop.example (山田)"},
      {"encoded, over two lines", "From: =?UTF-8?B?5bGx?=\n =?UTF-8?B?55Sw?= <a@shop.example>\n",
       "from", "a@shop.example (山田)"},
      {"raw UTF-8", "From: 山田 <a@shop.example>\n", "from", "a@shop.example (山田)"},
      {"raw CP932", "From: \x8e\x52\x93\x63\x91\xbe\x98\x59 <a@shop.example>\n", "from",
       "a@shop.example (山田太郎)"},
      {"raw ISO-2022-JP with a comma and a semicolon among its bytes",
       "From: \x1b$B;3ED$,\x1b(B <a@shop.example>, b@shop.example\n", "from",
       "a@shop.example (山田が) b@shop.example"},
      {"a comment is a name", "From: taro@shop.example (Taro Yamada)\n", "from",
       "taro@shop.example (Taro Yamada)"},
      {"an address is no name", "From: \"a@shop.example\" <a@shop.example>\n", "from",
       "a@shop.example"},
      {"quoted twice", "From: \"'Taro'\" <a@shop.example>\n", "from", "a@shop.example (Taro)"},
      {"a quoted local part", "From: \"a b\"@shop.example\n", "from", "\"a b\"@shop.example"},
      {"carriers' dots", "From: Taro <taro..x.@docomo.ne.jp>\n", "from",
       "taro..x.@docomo.ne.jp (Taro)"},
      {"a group", "To: Team: A <a@shop.example>, b@shop.example;, c@shop.example\n", "to",
       "a@shop.example (A) b@shop.example c@shop.example"},
      {"nobody", "To: undisclosed-recipients:;\n", "to", ""},
      {"only the fields wanted", "From: a@shop.example\nTo: b@shop.example\nCc: c@shop.example\n",
       "cc,to", "c@shop.example b@shop.example"},
      {"each once", "From: A <a@shop.example>\nReply-To: a@SHOP.example\n", "from,reply-to",
       "a@shop.example (A)"},
      {"two fields of a kind", "To: a@shop.example\nTo: b@shop.example\n", "to",
       "a@shop.example b@shop.example"},
      {"own address", "From: me@own.example\nTo: a@shop.example\n", "from,to", "a@shop.example"},
      {"own domain", "From: any@mine.example\nTo: a@sub.mine.example\n", "from,to",
       "a@sub.mine.example"},
      {"no place for mail", "From: root@localhost\nTo: x@y\nCc: MAILER-DAEMON\n", "from,to,cc", ""},
      {"a mail inside is not asked", "From: a@shop.example\n\nFrom: b@shop.example\n", "from",
       "a@shop.example"},
      {"no header", "hello", "from", ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(people(c.mail, c.fields, {"Me@own.example", "@mine.example"}) == c.want);
  }
}

TEST_CASE("--own and --mail-fields that are wrong") {
  for (const char* own : {"", "me", "@", "@a b", "a@"}) {
    CAPTURE(own);
    CHECK_FALSE(OwnAddresses::parse({own}));
  }
  for (const char* fields : {"", "bcc", "from,,to", "from to"}) {
    CAPTURE(fields);
    CHECK_FALSE(parse_mail_fields(fields));
  }
  CHECK(parse_mail_fields(" From, REPLY-TO,from")->size() == 2);
}

}  // namespace hagaki::harvest
