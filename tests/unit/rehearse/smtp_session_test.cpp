#include "rehearse/smtp_session.h"

#include <doctest/doctest.h>

#include "memory_edge.h"

namespace smtp_session_test {

using namespace hagaki;
using namespace hagaki::rehearse;
using std::chrono::milliseconds;

namespace {

constexpr const char* kScenario = R"(
[[domain]]
name = "a.example"
mx = "mx.a.example"
mailboxes = ["taro", "hanako"]
reply_body = { "spam" = "550 5.7.1 not that" }
[[host]]
name = "mx.a.example"
size_limit = 1024
[[domain]]
name = "slow.example"
mx = "mx.slow.example"
mailboxes = "any"
[[host]]
name = "mx.slow.example"
reply_delay_ms = 20
pipelining = false
enhanced_codes = false
[[domain]]
name = "drop.example"
mx = "mx.drop.example"
mailboxes = "any"
[[host]]
name = "mx.drop.example"
drop_bodies = 1
)";

struct Play {
  explicit Play(const char* host = "mx.a.example")
      : scenario(*parse_scenario(kScenario, "s")),
        receiver(scenario, edge),
        session(receiver, *scenario.host(host), "127.0.0.1") {
    session.open(Timestamp{});
    take();
  }
  std::string take() {
    std::string out = session.output();
    session.output().clear();
    return out;
  }
  std::string say(std::string_view bytes) {
    session.feed(bytes, Timestamp{});
    return take();
  }
  MemoryEdge edge;
  Scenario scenario;
  Receiver receiver;
  SmtpSession session;
};

}  // namespace

TEST_CASE("commands and their replies") {
  struct Case {
    const char* name;
    const char* in;
    const char* out;
  };
  const Case cases[] = {
      {"EHLO", "EHLO x\r\n",
       "250-mx.a.example\r\n250-PIPELINING\r\n250-SIZE 1024\r\n250-ENHANCEDSTATUSCODES\r\n"
       "250-8BITMIME\r\n250 SMTPUTF8\r\n"},
      {"HELO", "helo x\r\n", "250 mx.a.example\r\n"},
      {"EHLO without a name", "EHLO\r\n", "501 5.5.4 Syntax: HELO hostname\r\n"},
      {"MAIL before HELO", "MAIL FROM:<>\r\n", "503 5.5.1 Error: send HELO/EHLO first\r\n"},
      {"unknown", "FOO\r\n", "502 5.5.2 Error: command not recognized\r\n"},
      {"a lone LF ends a command", "NOOP\nRSET\n", "250 2.0.0 Ok\r\n250 2.0.0 Ok\r\n"},
      {"QUIT", "QUIT\r\nNOOP\r\n", "221 2.0.0 Bye\r\n"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    Play play;
    CHECK(play.say(c.in) == c.out);
  }
}

TEST_CASE("inside a session") {
  struct Case {
    const char* name;
    const char* in;
    const char* out;
  };
  const Case cases[] = {
      {"two MAIL", "MAIL FROM:<s@b.example>\r\nMAIL FROM:<s@b.example>\r\n",
       "250 2.1.0 Ok\r\n503 5.5.1 Error: nested MAIL command\r\n"},
      {"RCPT first", "RCPT TO:<taro@a.example>\r\n", "503 5.5.1 Error: need MAIL command\r\n"},
      {"DATA first", "DATA\r\n", "503 5.5.1 Error: need MAIL command\r\n"},
      {"size announced", "MAIL FROM:<> SIZE=1025\r\n",
       "552 5.3.4 Message size exceeds fixed limit\r\n"},
      {"unknown parameter", "MAIL FROM:<> FOO=1\r\n", "555 5.5.4 Unsupported option: FOO=1\r\n"},
      {"no path", "MAIL FROM:a@b.example\r\n", "501 5.5.4 Syntax: MAIL FROM:<address>\r\n"},
      {"bad sender", "MAIL FROM:<a b>\r\n", "501 5.1.7 Bad sender address syntax\r\n"},
      {"bad recipient", "MAIL FROM:<>\r\nRCPT TO:<a>\r\n",
       "250 2.1.0 Ok\r\n501 5.1.3 Bad recipient address syntax\r\n"},
      {"needs SMTPUTF8", "MAIL FROM:<>\r\nRCPT TO:<太郎@a.example>\r\n",
       "250 2.1.0 Ok\r\n553 5.6.7 Recipient address needs SMTPUTF8\r\n"},
      {"unknown user, then DATA (RFC 2920)",
       "MAIL FROM:<>\r\nRCPT TO:<nobody@a.example>\r\nDATA\r\n",
       "250 2.1.0 Ok\r\n550 5.1.1 <nobody@a.example>: Recipient address rejected: User unknown in "
       "local recipient table\r\n554 5.5.1 Error: no valid recipients\r\n"},
      {"not ours", "MAIL FROM:<>\r\nRCPT TO:<x@slow.example>\r\n",
       "250 2.1.0 Ok\r\n554 5.7.1 <x@slow.example>: Relay access denied\r\n"},
      {"quoted local part", "MAIL FROM:<\"a>b\"@b.example>\r\n", "250 2.1.0 Ok\r\n"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    Play play;
    play.say("EHLO x\r\n");
    CHECK(play.say(c.in) == c.out);
  }
}

TEST_CASE("a message ends at CRLF dot CRLF alone, however the bytes are cut") {
  const std::string body =
      "Subject: x\r\n\r\n..dots\r\n.\nno end\n.\r\nno end\r.\r\n..\r\nlast\r\n.\r\n";
  const std::string want = "Subject: x\r\n\r\n.dots\r\n\nno end\n.\r\nno end\r.\r\n.\r\nlast\r\n";
  for (std::size_t chunk = 1; chunk <= body.size(); ++chunk) {
    CAPTURE(chunk);
    Play play;
    play.say("EHLO x\r\nMAIL FROM:<s@b.example>\r\nRCPT TO:<taro@a.example>\r\nDATA\r\n");
    std::string replies;
    for (std::size_t at = 0; at < body.size(); at += chunk)
      replies += play.say(std::string_view(body).substr(at, chunk));
    CHECK(replies == "250 2.0.0 Ok: queued as 1\r\n");
    REQUIRE(play.edge.mails.size() == 1);
    CHECK(play.edge.mails[0].message == want);
    CHECK(play.edge.mails[0].sender == "s@b.example");
  }
}

TEST_CASE("the next transaction may come behind the body") {
  Play play;
  const std::string one =
      "MAIL FROM:<s@b.example>\r\nRCPT TO:<taro@a.example>\r\nDATA\r\nx\r\n.\r\n";
  CHECK(play.say("EHLO x\r\n" + one + one + "QUIT\r\n")
            .ends_with("354 End data with <CR><LF>.<CR><LF>\r\n250 2.0.0 Ok: queued as 2\r\n221 "
                       "2.0.0 Bye\r\n"));
  CHECK(play.session.finished());
  CHECK(play.edge.mails.size() == 2);
}

TEST_CASE("what is too big is read to its end and refused") {
  Play play;
  play.say("EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<taro@a.example>\r\nDATA\r\n");
  CHECK(play.say(std::string(5000, 'x') + "\r").empty());
  CHECK(play.say("\n.\r\nNOOP\r\n") ==
        "552 5.3.4 Message size exceeds fixed limit\r\n250 2.0.0 Ok\r\n");
  CHECK(play.edge.mails.empty());
}

TEST_CASE("endless lines take no memory") {
  Play play;
  for (int i = 0; i < 100; ++i) CHECK(play.say(std::string(10000, 'x')).empty());
  CHECK(play.session.backlog() < 20000);
  CHECK(play.say("\r\nNOOP\r\n") == "500 5.5.2 Error: line too long\r\n250 2.0.0 Ok\r\n");
}

TEST_CASE("a client that only errs is sent away") {
  Play play;
  for (int i = 0; i < 200 && !play.session.finished(); ++i) play.say("FOO\r\n");
  CHECK(play.session.finished());
}

TEST_CASE("a refusal of the message") {
  Play play;
  play.say("EHLO x\r\nMAIL FROM:<s@b.example>\r\nRCPT TO:<spam@a.example>\r\nDATA\r\n");
  CHECK(play.say("x\r\n.\r\n") == "550 5.7.1 not that\r\n");
  CHECK(play.edge.events == std::vector<std::string>{"refused spam@a.example"});
}

TEST_CASE("a full disk is the server's temporary trouble") {
  Play play;
  play.edge.full = true;
  play.say("EHLO x\r\nMAIL FROM:<s@b.example>\r\nRCPT TO:<taro@a.example>\r\nDATA\r\n");
  CHECK(play.say("x\r\n.\r\n") == "451 4.3.0 Error: queue file write error\r\n");
}

TEST_CASE("a slow host pauses before every reply, and has its own extensions") {
  Play play("mx.slow.example");
  CHECK(play.session.pause() == milliseconds{0});
  play.session.feed("EHLO x\r\nNOOP\r\n", Timestamp{});
  CHECK(play.take() ==
        "250-mx.slow.example\r\n250-SIZE 10485760\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n");
  CHECK(play.session.pause() == milliseconds{20});
  CHECK(play.session.backlog() == 6);
  play.session.resume(Timestamp{});
  CHECK(play.take() == "250 Ok\r\n");
}

TEST_CASE("a dropped message is neither answered nor stored") {
  Play play("mx.drop.example");
  const std::string one = "MAIL FROM:<s@b.example>\r\nRCPT TO:<x@drop.example>\r\nDATA\r\n";
  play.say("EHLO x\r\n" + one);
  CHECK(play.say("x\r\n.\r\n").empty());
  CHECK(play.session.dropped());
  CHECK(play.edge.mails.empty());
  CHECK(play.edge.events == std::vector<std::string>{"dropped x@drop.example"});
}

}  // namespace smtp_session_test
