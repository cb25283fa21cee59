#include "rules/hygiene.h"

#include <doctest/doctest.h>

#include <sstream>
#include <vector>

#include "records/reader.h"
#include "rules/disposable.h"
#include "rules/duplicates.h"
#include "rules/look_alike.h"
#include "rules/role_account.h"

namespace hygiene_test {

using namespace hagaki;
using namespace hagaki::rules;

namespace {

const KeyHasher kHasher("0123456789abcdef");

records::Event event(records::Event::What what, std::string_view email, std::string_view reason) {
  records::Event out;
  out.what = what;
  out.email = email;
  out.reason = reason;
  return out;
}

/// "rule suggestion" of one recipient; "keep" where nothing is against it.
std::string judge(Hygiene& hygiene, const std::string& record, Syntax syntax = Syntax::Smtp) {
  std::istringstream in(record + "\n");
  records::Reader reader(in, "list", [](const Error& e) { FAIL(e.text()); });
  const auto* line = reader.next();
  REQUIRE(line);
  const auto reading = read_address(line->email(), syntax);
  REQUIRE(reading);
  const auto found = hygiene.judge(*reading, *line);
  if (!found) return "keep";
  return std::string(found->action == Action::Tag ? "tag " : "drop ") + found->rule + " " +
         found->evidence.at(0);
}

}  // namespace

TEST_CASE("mistyped domains: what was meant, and what is nobody's mistake") {
  struct Case {
    const char* domain;
    const char* want;  // empty: no mistake; "!" in front: impossible
  };
  const Case cases[] = {
      {"gmial.com", "gmail.com"},
      {"earthlnk.net", "earthlink.net"},
      {"rodgers.com", ""},
      {"cox.net", ""},
      {"gmai.com", "gmail.com"},
      {"gmaill.com", "gmail.com"},
      {"gnail.com", "gmail.com"},
      {"gmail.con", "!gmail.com"},
      {"gmail.co", "gmail.com"},
      {"gmail", "!gmail.com"},
      {"hotmial.com", "hotmail.com"},
      {"yaho.co.jp", "yahoo.co.jp"},
      {"yahoo.co.jo", "yahoo.co.jp"},
      {"docomo.co.jp", "docomo.ne.jp"},
      {"docomo.ne.jo", "docomo.ne.jp"},
      {"docoom.ne.jp", "docomo.ne.jp"},
      {"docomo.ne.jpp", "!docomo.ne.jp"},
      {"ezweb.co.jp", "ezweb.ne.jp"},
      {"ezwb.ne.jp", "ezweb.ne.jp"},
      {"softbnak.ne.jp", "softbank.ne.jp"},
      {"i.sofbank.jp", "i.softbank.jp"},
      {"gmail.com", ""},
      {"email.com", ""},
      {"mail.com", ""},
      {"ymail.com", ""},
      {"softbank.co.jp", ""},
      {"hotmail.ch", ""},
      {"aon.com", ""},
      {"life.com", ""},
      {"we.com", ""},
      {"example.jp", ""},
      {"mail.example.com", ""},
      {"mail.foo.ne.jp", ""},
      {"web.dk", ""},
      {"web.dee", "!web.de"},
      {"[192.0.2.1]", ""},
      {"", ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.domain);
    const auto got = mistyped_domain(c.domain);
    CHECK((got ? (got->impossible ? "!" : "") + got->domain : "") == c.want);
  }
}

TEST_CASE("spellings that are no addresses, mended") {
  struct Case {
    const char* spec;
    const char* want;
  };
  const Case cases[] = {
      {"taro@ezweb.ne,jp", "taro@ezweb.ne.jp"},
      {"taro＠docomo.ne.jp", "taro@docomo.ne.jp"},
      {"ｔａｒｏ＠ｄｏｃｏｍｏ．ｎｅ．ｊｐ", "taro@docomo.ne.jp"},
      {"taro@example.jp,", "taro@example.jp"},
      {"taro@example.jp.", "taro@example.jp"},
      {"taro@@example.jp", "taro@example.jp"},
      {"taro @ example.jp", "taro@example.jp"},
      {"taro@.example.jp", "taro@example.jp"},
      {"taro@example..jp", "taro@example.jp"},
      {"taro@example.jp、", ""},
      {"taro@a.jp;hanako@b.jp", ""},
      {"taro@example.jp", ""},
      {"taro", ""},
      {"@example.jp", ""},
      {"taro yamada@example.jp", ""},
      {"\xff@example.jp", ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.spec);
    CHECK(mended_spelling(c.spec) == c.want);
  }
}

TEST_CASE("role accounts") {
  for (const char* local :
       {"info", "INFO", "postmaster", "no-reply", "info+list", "\"sales\"", "soumu"}) {
    CAPTURE(local);
    CHECK(is_role_account(local));
  }
  for (const char* local : {"infos", "info2", "taro", "abuse.desk", "", "\"", "information"}) {
    CAPTURE(local);
    CHECK_FALSE(is_role_account(local));
  }
}

TEST_CASE("disposable domains") {
  const auto builtin = DisposableDomains::builtin();
  CHECK(builtin.size() > 300);
  CHECK(builtin.find("10minutemail.de") == "10minutemail.de");
  for (const char* not_one : {"gmail.com", "craigslist.org", "anonaddy.com", "mooo.com"}) {
    CAPTURE(not_one);
    CHECK(builtin.find(not_one).empty());
  }
  CHECK(builtin.find("mailinator.com") == "mailinator.com");
  CHECK(builtin.find("a.b.mailinator.com") == "mailinator.com");
  CHECK(builtin.find("xmailinator.com").empty());
  CHECK(builtin.find("com").empty());
  CHECK(builtin.find("").empty());

  std::vector<std::string> bad;
  const auto own = DisposableDomains::parse(
      "# ours\n@Throw.example # comment\nco.jp\nexa mple\n日本.example\nmail.sub.example.co.jp\r\n",
      "d", [&](const Error& e) { bad.push_back(e.text()); });
  CHECK(own.size() == 3);
  CHECK(own.find("throw.example") == "throw.example");
  CHECK(own.find("a@xn--wgv71a.example").empty());
  CHECK(own.find("xn--wgv71a.example") == "xn--wgv71a.example");
  CHECK(own.find("x.mail.sub.example.co.jp") == "mail.sub.example.co.jp");
  CHECK(own.find("example.co.jp").empty());
  CHECK(own.find("mailinator.com").empty());
  REQUIRE(bad.size() == 2);
  CHECK(bad[0] == "d:3: \"co.jp\" is a public suffix, not somebody's domain");
  CHECK(bad[1].substr(0, 5) == "d:4: ");
}

TEST_CASE("what is the same address") {
  struct Case {
    const char* a;
    const char* b;
    const char* want;  // modes in which they are one: e, f, p
  };
  const Case cases[] = {
      {"a@example.jp", "a@example.jp", "efp"},
      {"a@example.jp", "a@EXAMPLE.jp", "efp"},
      {"A@example.jp", "a@example.jp", "fp"},
      {"\"a\"@example.jp", "a@example.jp", "fp"},
      {"a@日本.example", "a@xn--wgv71a.example", "efp"},
      {"a.b@gmail.com", "ab@gmail.com", "p"},
      {"A.B+shop@GoogleMail.com", "ab@gmail.com", "p"},
      {"a.b@outlook.com", "ab@outlook.com", ""},
      {"a+shop@outlook.com", "a@outlook.com", "p"},
      {"a+shop@outlook.com", "a@hotmail.com", ""},
      {"a+x@fastmail.com", "a@fastmail.com", "p"},
      {"base-x@yahoo.com", "base-y@yahoo.com", "p"},
      {"base+x@yahoo.com", "base@yahoo.com", ""},
      {"a-b@gmail.com", "a@gmail.com", ""},
      {"a.b@docomo.ne.jp", "ab@docomo.ne.jp", ""},
      {"a+b@example.jp", "a@example.jp", ""},
      {"+x@gmail.com", "+y@gmail.com", ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.a);
    CAPTURE(c.b);
    const auto a = Address::parse(c.a);
    const auto b = Address::parse(c.b);
    REQUIRE(a);
    REQUIRE(b);
    std::string got;
    const std::pair<SameAddress, char> modes[] = {{SameAddress::Exact, 'e'},
                                                  {SameAddress::Fold, 'f'},
                                                  {SameAddress::Provider, 'p'},
                                                  {SameAddress::Off, 'o'}};
    for (const auto& [mode, letter] : modes) {
      Duplicates seen(kHasher, mode);
      CHECK_FALSE(seen.note(*a));
      if (seen.note(*b)) got += letter;
    }
    CHECK(got == c.want);
  }
}

TEST_CASE("look-alikes are suggested where the other spelling is known") {
  CHECK(look_alikes("a-1@b-1.jp") == std::vector<std::string>{"a_1@b-1.jp", "a-l@b-1.jp"});
  CHECK(look_alikes("taka@example.jp").empty());
  CHECK(look_alikes(std::string(64, 'o') + "@example.jp").size() == 64);

  using What = records::Event::What;
  LookAlikes seen(kHasher);
  seen.note(event(What::Delivered, "taro-y@example.jp", ""));
  CHECK_FALSE(seen.any());
  seen.note(event(What::Bounced, "Taro_y@example.jp", "userunknown"));
  seen.note(event(What::Failed, "sa10@example.jp", "userunknown"));
  seen.note(event(What::Failed, "full-1@example.jp", "mailboxfull"));
  CHECK(seen.any());
  CHECK_FALSE(seen.find("taro_y@example.jp"));  // nobody is known under the other spelling
  seen.note(event(What::Delivered, "TARO-Y@example.jp", ""));
  CHECK(seen.find("taro_y@example.jp") == "taro-y@example.jp");
  seen.seen("sal0@example.jp");
  CHECK(seen.find("sa10@example.jp") == "sal0@example.jp");
  seen.seen("sa1o@example.jp");
  CHECK_FALSE(seen.find("sa10@example.jp"));  // two: nobody can say which
  seen.seen("full_1@example.jp");
  CHECK_FALSE(seen.find("full-1@example.jp"));  // it is not unknown
}

TEST_CASE("recipients in doubt, by the default policy") {
  struct Case {
    const char* record;
    const char* want;
  };
  const Case cases[] = {
      {R"({"email":"taro@example.jp"})", "keep"},
      {R"({"email":"info@example.jp"})", "keep"},
      {R"({"email":"taro@gmial.com"})",
       R"(tag hygiene.mistyped {"domain":"gmial.com","suggestion":"taro@gmail.com"})"},
      {R"({"email":"Taro.Y@gmail.con"})",
       R"(drop hygiene.impossible-domain {"domain":"gmail.con","suggestion":"Taro.Y@gmail.com"})"},
      {R"({"email":"taro@x.mailinator.com"})",
       R"(tag hygiene.disposable {"domain":"mailinator.com"})"},
      {R"({"email":"ｔａｒｏ@example.jp"})",
       R"(tag hygiene.mistyped {"suggestion":"taro@example.jp"})"},
      {R"({"email":"山田@example.jp"})", "keep"},
      {R"({"email":"a@example.jp","last_engaged_at":"2026-01-01T00:00:00Z"})", "keep"},
  };
  Hygiene hygiene(default_policy().hygiene, DisposableDomains::builtin(), std::nullopt);
  for (const auto& c : cases) {
    CAPTURE(c.record);
    CHECK(judge(hygiene, c.record) == c.want);
  }
  CHECK(judge(hygiene, R"x({"email":"taro@example.jp (work)"})x", Syntax::Loose) ==
        R"(tag hygiene.obsolete {"suggestion":"taro@example.jp"})");
  CHECK(hygiene.without_engagement() == 0);
}

TEST_CASE("what a policy makes of them") {
  const auto policy = parse_policy(
      "[hygiene]\nrole=\"tag\"\ndisposable=\"drop\"\nmistyped=\"ignore\"\nimpossible_domain="
      "\"tag\"\n",
      "p");
  REQUIRE_MESSAGE(policy, (policy ? "" : policy.error().text()));
  Hygiene hygiene(policy->hygiene, DisposableDomains::builtin(), std::nullopt);
  CHECK(judge(hygiene, R"({"email":"info@example.jp"})") == R"(tag hygiene.role {"role":"info"})");
  CHECK(judge(hygiene, R"({"email":"taro@gmial.com"})") == "keep");
  CHECK(judge(hygiene, R"({"email":"a@gmail.con"})").starts_with("tag hygiene.impossible-domain"));
  // What drops speaks before what tags.
  CHECK(
      judge(hygiene, R"({"email":"info@mailinator.com"})").starts_with("drop hygiene.disposable"));
  CHECK(parse_policy("[hygiene]\nrole=\"hold\"\n", "p").error().text() ==
        "p:2: an action here must be \"drop\", \"tag\" or \"ignore\"");
  CHECK(parse_policy("[hygiene]\nroles=\"tag\"\n", "p").error().text() ==
        "p:2: no such setting \"roles\" here");
}

TEST_CASE("inactive: who did not engage, where that is known") {
  Hygiene hygiene(default_policy().hygiene, DisposableDomains::builtin(),
                  parse_rfc3339("2026-06-01T00:00:00Z"));
  CHECK(judge(hygiene, R"({"email":"a@b.example","last_engaged_at":"2026-05-31T23:59:59Z"})") ==
        R"(drop hygiene.inactive {"last_engaged_at":"2026-05-31T23:59:59Z"})");
  CHECK(judge(hygiene, R"({"email":"a@b.example","last_engaged_at":"2026-06-01T00:00:00Z"})") ==
        "keep");
  CHECK(judge(hygiene, R"({"email":"a@b.example","last_engaged_at":"2026/05/31"})") ==
        R"(drop hygiene.inactive {"last_engaged_at":"2026/05/31"})");
  CHECK(judge(hygiene, R"({"email":"a@b.example","last_engaged_at":"2026年6月1日"})") == "keep");
  CHECK(hygiene.without_engagement() == 0);
  CHECK(judge(hygiene, R"({"email":"a@b.example"})") == "keep");
  CHECK(judge(hygiene, R"({"email":"a@b.example","last_engaged_at":"last year"})") == "keep");
  CHECK(hygiene.without_engagement() == 2);
}

}  // namespace hygiene_test
