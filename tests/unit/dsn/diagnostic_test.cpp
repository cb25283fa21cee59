#include "dsn/diagnostic.h"

#include <doctest/doctest.h>

namespace diagnostic_test {

using namespace hagaki;

TEST_CASE("find_codes") {
  struct Case {
    const char* name;
    const char* text;
    int code;
    const char* status;
  };
  const Case cases[] = {
      {"nothing", "User unknown", 0, ""},
      {"both", "550 5.1.1 User unknown", 550, "5.1.1"},
      {"multiline form", "550-5.1.1 User 550 5.1.1 unknown", 550, "5.1.1"},
      {"code alone", "550 User unknown", 550, ""},
      {"code with a colon", "550: : User unknown", 550, ""},
      {"qmail's way", "Sorry, no mailbox here by that name. (#5.1.1)", 0, "5.1.1"},
      {"said", "host mx[192.0.2.1] said: 452 4.2.2 full (in reply to DATA)", 452, "4.2.2"},
      {"the pair outranks an earlier number", "after 500 tries: 550 5.7.1 no", 550, "5.7.1"},
      {"address is no status", "connect to 5.1.1.2: refused", 0, ""},
      {"time is no code", "at 421:00 hours", 0, ""},
      {"size is no code", "message of 512 KB refused", 0, ""},
      {"version is no status", "program 5.1.1beta failed", 0, ""},
      {"end of a sentence", "It was 5.1.1.", 0, "5.1.1"},
      {"part of a word", "id q550x and a550", 0, ""},
      {"other class behind the code", "550 see 4.2.2 for details", 550, ""},
      {"success codes are somebody else's", "queued as 250 2.0.0 ok", 0, ""},
      {"empty", "", 0, ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto got = dsn::find_codes(c.text);
    CHECK(got.code == c.code);
    CHECK(got.status == c.status);
  }
}

TEST_CASE("what words quote") {
  struct Case {
    const char* name;
    const char* text;
    const char* phase;
    const char* host;
    const char* reply;
  };
  const Case cases[] = {
      {"Postfix", "host mx.example.jp[192.0.2.1] said: 550 no (in reply to RCPT TO command)",
       "rcpt", "mx.example.jp", "550 no (in reply to RCPT TO command)"},
      {"Postfix, end of data", "host a.example[::1] said: 550 x (in reply to end of DATA command)",
       "body", "a.example", "550 x (in reply to end of DATA command)"},
      {"Postfix, greeting", "host a.example[192.0.2.1] refused to talk to me: 554 no", "greeting",
       "a.example", "554 no"},
      {"Postfix, connect", "connect to b.example[192.0.2.1]:25: Connection refused", "",
       "b.example", "connect to b.example[192.0.2.1]:25: Connection refused"},
      {"qmail", "192.0.2.1 does not like recipient. Remote host said: 550 no", "rcpt", "",
       "550 no"},
      {"the reporter is no remote", "This is the mail system at host mx.example.jp.", "", "",
       "This is the mail system at host mx.example.jp."},
      {"nothing", "User unknown", "", "", "User unknown"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto quote = dsn::quote_in(c.text);
    CHECK(quote.phase == c.phase);
    CHECK(quote.host == c.host);
    CHECK(quote.reply == c.reply);
  }
}

TEST_CASE("is_enhanced_status") {
  for (const char* good : {"5.1.1", "4.4.7", "2.0.0", "5.7.515"})
    CHECK(dsn::is_enhanced_status(good));
  for (const char* bad : {"", "5", "5.1", "3.1.1", "5.1.1234", "5.1.1.", "5.1.1 x", "5..1"}) {
    CAPTURE(bad);
    CHECK_FALSE(dsn::is_enhanced_status(bad));
  }
}

}  // namespace diagnostic_test
