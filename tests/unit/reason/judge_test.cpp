#include "reason/judge.h"

#include <doctest/doctest.h>

#include <string>

#include "reason/text.h"

using namespace hagaki;
using reason::Rules;
using reason::Said;

TEST_CASE("each row decides its own example") {
  const Rules& rules = Rules::embedded();
  CHECK(rules.rows().size() > 100);
  for (const auto& row : rules.rows()) {
    const auto& e = row.example;
    const auto got = rules.judge({e.code, e.status, e.text, e.phase, e.host});
    CAPTURE(e.text);
    CAPTURE(row.id);
    CHECK(got.rule == row.id);
    CHECK(got.reason == row.reason);
  }
}

TEST_CASE("what outranks what") {
  struct Case {
    const char* name;
    Said said;
    const char* reason;
    bool hard;
  };
  const Case cases[] = {
      {"nothing said", {}, "undefined", false},
      {"accepted", {250, "2.1.5", "Ok", "rcpt", ""}, "delivered", false},
      {"words without a meaning", {599, "", "xyzzy", "rcpt", ""}, "onhold", false},
      {"dead", {550, "5.1.1", "<a@b.example>: User unknown", "rcpt", ""}, "userunknown", true},
      {"dead, but said with 4xx", {450, "4.1.1", "user unknown", "rcpt", ""}, "userunknown", false},
      {"words outrank the code", {554, "", "mailbox is full", "rcpt", ""}, "mailboxfull", false},
      {"and the status", {550, "5.1.1", "Quota exceeded", "rcpt", ""}, "mailboxfull", false},
      {"status outranks the code", {554, "5.1.1", "no", "rcpt", ""}, "userunknown", true},
      {"the address is not part of the words",
       {550, "5.1.1", "<mailbox.full@spam.example>... User unknown", "rcpt", ""},
       "userunknown",
       true},
      {"nor are codes inside a joined reply",
       {550, "5.1.1", "550-5.1.1 no such\r\n550 5.1.1 user here", "rcpt", ""},
       "userunknown",
       true},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto got = Rules::embedded().judge(c.said);
    CHECK(got.reason == c.reason);
    CHECK(got.hard == c.hard);
  }
}

TEST_CASE("what a mailbox is called says nothing") {
  const struct {
    const char* recipient;
    const char* text;
    const char* reason;
  } cases[] = {
      {"quota@example.jp", "550 5.1.1 user \"quota\" unknown", "userunknown"},
      {"spam@example.jp", "550 unknown user: 'spam'", "userunknown"},
      {"Virus@example.jp", "550 5.1.1 No such user `virus'", "userunknown"},
      {"full@example.jp", "550 5.1.1 <full>: user unknown", "userunknown"},
      {"full@example.jp", "cannot open /var/mail/full: Permission denied", "mailererror"},
      {"quota@example.jp", "cannot append to /home/quota: disk quota exceeded", "mailboxfull"},
      {"user@example.jp", "550 5.1.1 \"user\": no such user", "userunknown"},
      // Nothing of what is meant gets lost.
      {"full@example.jp", "552 5.2.2 mailbox full", "mailboxfull"},
      {"spam@example.jp", "554 5.7.1 this is spam", "spamdetected"},
      {"mail@example.jp", "452 4.2.2 /var/mail/mail is over quota", "mailboxfull"},
      {"", "550 5.1.1 user \"unknown\" unknown", "userunknown"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    const auto got = Rules::embedded().judge({.code = 0,
                                              .status = "",
                                              .text = c.text,
                                              .phase = "",
                                              .host = "",
                                              .recipient = c.recipient});
    CHECK(got.reason == c.reason);
  }
}

TEST_CASE("text as rules see it") {
  struct Case {
    const char* name;
    const char* text;
    const char* want;
  };
  const Case cases[] = {
      {"empty", "", "^$"},
      {"codes at the begin", "550 5.1.1 User\tUnknown", "^user unknown$"},
      {"multiline", "550-5.1.1 no\n550 5.1.1 user", "^no user$"},
      {"bare continuation codes", "550-no\r\n550-such\r\n550 user", "^no such user$"},
      {"numbers that are no code", "quota 500 MB", "^quota 500 mb$"},
      {"address in brackets", "<a.b@example.jp>: unknown", "^<@>: unknown$"},
      {"address before punctuation", "to a@example.jp. Sorry", "^to @. sorry$"},
      {"address after said", "host x said: 550 5.1.1 no", "^host x said: no$"},
      {"utf-8 local part", "<葉書@example.jp> no", "^<@> no$"},
      {"accents and typographic signs", "Boîte pleine\xc2\xa0– doesn’t",
       "^boite pleine - doesn't$"},
      {"two spellings of a word", "E-mail non-e-mail", "^email non-e-mail$"},
      {"and typographic hyphens", "e\u2010mail E\u2011mail É-mail é\u2011mail non\u2011e\u2011mail",
       "^email email email email non-e-mail$"},
      {"hyphens that stay", "the-mail e\u2011mai 1\u2013e-mail e-", "^the-mail e-mai 1-e-mail e-$"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(reason::see(c.text).bytes == c.want);
  }
}

TEST_CASE("rules that cannot be read say which row") {
  struct Case {
    const char* name;
    const char* json;
    const char* context;
  };
  const Case cases[] = {
      {"not JSON", "{", ""},
      {"no list", R"({"rules":1})", ""},
      {"no id", R"({"rules":[{"reason":"expired","match":"x","example":"x"}]})", "row 1"},
      {"unknown reason", R"({"rules":[{"id":"a","reason":"sad","match":"x","example":"x"}]})",
       "row 1, rule a"},
      {"no condition", R"({"rules":[{"id":"a","reason":"expired","example":"x"}]})",
       "row 1, rule a"},
      {"no example", R"({"rules":[{"id":"a","reason":"expired","match":"x"}]})", "row 1, rule a"},
      {"empty piece", R"({"rules":[{"id":"a","reason":"expired","match":"x**y","example":"x"}]})",
       "row 1, rule a"},
      {"a field of another name",
       R"({"rules":[{"id":"a","reason":"expired","mach":"x","example":"x"}]})", "row 1, rule a"},
      {"a field twice",
       R"({"rules":[{"id":"a","reason":"expired","match":"x","match":"y","example":"x"}]})",
       "row 1, rule a"},
      {"same id twice",
       R"({"rules":[{"id":"a","reason":"expired","match":"x","example":"x"},
                    {"id":"a","reason":"expired","match":"y","example":"y"}]})",
       "row 2, rule a"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto got = Rules::parse(c.json);
    REQUIRE_FALSE(got.has_value());
    CHECK(got.error().code == ErrorCode::Config);
    CHECK(got.error().context == std::string_view(c.context));
  }
}

TEST_CASE("pieces of a pattern must stand in order") {
  const auto rules = Rules::parse(
      R"({"rules":[{"id":"a","reason":"expired","match":"ab*ab*~c","example":"ab ab c"}]})");
  REQUIRE(rules.has_value());
  CHECK(rules->judge({0, "", "ab abzc", "", ""}).rule == "a");
  CHECK(rules->judge({0, "", "ab c ab", "", ""}).rule.empty());
  CHECK(rules->judge({0, "", "ab xabc", "", ""}).rule.empty());
  const std::string gap(150, ' ');
  const std::string much(150, '+');
  CHECK(rules->judge({0, "", "ab" + gap + "abc", "", ""}).rule == "a");
  CHECK(rules->judge({0, "", "ab ab" + much + "c", "", ""}).rule.empty());
  CHECK(rules->judge({0, "", "ab" + much + "ab ab c", "", ""}).rule == "a");
  CHECK(rules->explain({0, "", "ab" + much + "ab ab c", "", ""}).words.size() == 3);
  CHECK(rules->judge({0, "", "abc", "", ""}).rule.empty());
}

TEST_CASE("words count at the begin of words and outside of names") {
  const auto rules = Rules::parse(R"({"rules":[
      {"id":"short","reason":"spamdetected","match":"uce|","example":"uce"},
      {"id":"word","reason":"blocked","match":"banned","example":"banned"},
      {"id":"name","reason":"rejected","match":"list.example","example":"at list.example"},
      {"id":"inside","reason":"expired","match":"~late","example":"toolate"}]})");
  REQUIRE(rules.has_value());
  struct Case {
    const char* name;
    const char* text;
    const char* rule;
  };
  const Case cases[] = {
      {"whole word", "is UCE.", "short"},
      {"inside a word", "reduce", ""},
      {"only the begin of a word", "uces", ""},
      {"a word may go on", "bannedness", "word"},
      {"not inside a host's name", "host banned.example.jp said no", ""},
      {"not inside a path", "see https://example.jp/banned", ""},
      {"nor without a scheme", "see example.jp/banned", ""},
      {"but behind the name", "host mx.example.jp: banned", "word"},
      {"a sentence is no host", "full.We have banned you", "word"},
      {"what asks for a name finds it", "listed at list.example.jp", "name"},
      {"marked as part of a word", "chocolate", "inside"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(rules->judge({0, "", c.text, "", ""}).rule == c.rule);
  }
}

TEST_CASE("explain shows what led to the verdict") {
  const auto why = Rules::embedded().explain(
      {550, "5.1.1", "550 5.1.1 <a@example.jp>: Sorry, User Unknown", "rcpt", ""});
  CHECK(why.verdict.reason == "userunknown");
  REQUIRE(why.rule != nullptr);
  CHECK(why.rule->id == why.verdict.rule);
  REQUIRE(why.words.size() == 1);
  const auto [begin, end] = why.words.front();
  CHECK(why.text.substr(begin, end - begin) == why.pattern);
  CHECK_FALSE(why.others.empty());

  const auto none = Rules::embedded().explain({599, "", "xyzzy", "", ""});
  CHECK(none.rule == nullptr);
  CHECK(none.words.empty());
  CHECK(none.text == "^xyzzy$");
}
